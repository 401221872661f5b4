import 'reflect-metadata';
import { readFileSync } from 'node:fs';
import { credentials, loadPackageDefinition, Metadata, status, type ServiceError } from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import { fileURLToPath } from 'node:url';
import {
  MANAGER_TLS_NAME,
  PROTO_LOADER_OPTIONS,
  type AgentServiceClient,
  type ProtoGrpcType,
  type RegisterResponse__Output,
  type ReportResponse__Output,
} from '@image-manager/agent-contract';
import { join } from 'node:path';
import type { BuildView } from '@image-manager/contracts';
import { endedBuild } from '../../testing/ended-build.js';
import { startTestApp, type TestApp } from '../../testing/test-app.js';
import type { AgentSessions } from './agent-sessions.service.js';

const NONCE = 'a'.repeat(32);
const OTHER_NONCE = 'b'.repeat(32);

describe('the agent’s service', () => {
  let api: TestApp;
  let sessions: AgentSessions;
  let client: AgentServiceClient;
  let build: BuildView;

  beforeAll(async () => {
    api = await startTestApp();
    sessions = api.app.get((await import('./index.js')).AgentSessions);
    const { certificate } = JSON.parse(readFileSync(join(api.storagePath, 'tls/grpc.json'), 'utf8')) as {
      certificate: string;
    };
    const proto = fileURLToPath(import.meta.resolve('@image-manager/agent-contract/agent.proto'));
    const types = loadPackageDefinition(loadSync(proto, PROTO_LOADER_OPTIONS)) as unknown as ProtoGrpcType;
    client = new types.image_manager.agent.v1.AgentService(
      api.grpcAddress,
      credentials.createSsl(Buffer.from(certificate)),
      { 'grpc.ssl_target_name_override': MANAGER_TLS_NAME },
    );
  });
  beforeEach(async () => {
    build = await endedBuild(api);
  });
  afterAll(async () => {
    client.close();
    await api.close();
  });

  const issue = async (expiresInMs = 60_000) =>
    sessions.issue(
      { buildId: build.id, cloud: 'local', serverName: 'test' },
      new Date(Date.now() + expiresInMs),
    );
  const bearer = (token: string) => {
    const metadata = new Metadata();
    metadata.set('authorization', `Bearer ${token}`);
    return metadata;
  };
  const register = (token: string, nonce = NONCE): Promise<RegisterResponse__Output> =>
    new Promise((resolve, reject) => {
      client.Register({ nonce, agentVersion: '1' }, bearer(token), (error, answer) => {
        if (error) reject(error);
        else resolve(answer as RegisterResponse__Output);
      });
    });
  const report = (token: string, fields: object = {}): Promise<ReportResponse__Output> =>
    new Promise((resolve, reject) => {
      const checks = [
        { name: 'disk.write', status: 'CHECK_STATUS_PASS' as const, reason: 'fine', durationMs: 5 },
      ];
      client.Report({ nonce: NONCE, checks, ...fields }, bearer(token), (error, answer) => {
        if (error) reject(error);
        else resolve(answer as ReportResponse__Output);
      });
    });
  const codeOf = (call: Promise<unknown>) =>
    call.then(
      () => status.OK,
      (error: unknown) => (error as ServiceError).code,
    );
  const checksOf = async () =>
    ((await (await api.request(`/api/builds/${build.id}`)).json()) as BuildView).checks.map(
      ({ name }) => name,
    );

  it('tells a registered agent what the definition promises, and stores its report', async () => {
    const { token, session } = await issue();
    const answer = await register(token);
    expect(answer).toMatchObject({
      buildId: String(build.id),
      expectations: { osId: 'ubuntu', osVersion: '24.04' },
    });
    expect(await report(token)).toMatchObject({ instruction: 'INSTRUCTION_SHUTDOWN' });
    expect((await sessions.get(session.id)).state).toBe('reported');
    expect(await checksOf()).toEqual(['disk.write']);
  });

  it.each([
    ['no token', () => Promise.resolve('')],
    ['a wrong token', () => Promise.resolve('x'.repeat(43))],
    ['an expired token', async () => (await issue(-1)).token],
    [
      'a token of a server that is gone',
      async () => {
        const { token } = await issue();
        await sessions.close(build.id, 'local');
        return token;
      },
    ],
  ])('refuses %s and changes nothing', async (_what, tokenOf) => {
    const token = await tokenOf();
    expect(await codeOf(register(token))).toBe(status.UNAUTHENTICATED);
    expect(await codeOf(report(token))).toBe(status.UNAUTHENTICATED);
    expect(await checksOf()).toEqual([]);
  });

  it('refuses a token whose report is in', async () => {
    const { token } = await issue();
    await register(token);
    await report(token);
    expect(await codeOf(register(token))).toBe(status.UNAUTHENTICATED);
    expect(await codeOf(register(token, OTHER_NONCE))).toBe(status.UNAUTHENTICATED);
  });

  it('answers a report that comes again as before and keeps the first', async () => {
    const { token } = await issue();
    await register(token);
    await report(token);
    const again = await report(token, { checks: [{ name: 'disk.space', status: 'CHECK_STATUS_FAIL' }] });
    expect(again).toMatchObject({ instruction: 'INSTRUCTION_SHUTDOWN' });
    expect(await checksOf()).toEqual(['disk.write']);
  });

  it('takes the same agent’s registration again, and a second agent’s as a reason to trust neither', async () => {
    const { token, session } = await issue();
    await register(token);
    await expect(register(token)).resolves.toMatchObject({ buildId: String(build.id) });
    expect(await codeOf(register(token, OTHER_NONCE))).toBe(status.UNAUTHENTICATED);
    expect((await sessions.get(session.id)).state).toBe('contested');
    expect(await codeOf(report(token))).toBe(status.UNAUTHENTICATED);
    expect(await checksOf()).toEqual([]);
  });

  it('refuses a report that was never registered for, or by another agent', async () => {
    const { token } = await issue();
    expect(await codeOf(report(token))).toBe(status.UNAUTHENTICATED);
    await register(token);
    expect(await codeOf(report(token, { nonce: OTHER_NONCE }))).toBe(status.UNAUTHENTICATED);
    expect(await checksOf()).toEqual([]);
  });

  it.each([
    [
      'a nonsense name',
      { checks: [{ name: '../etc', status: 'CHECK_STATUS_PASS' }] },
      status.INVALID_ARGUMENT,
    ],
    ['no status', { checks: [{ name: 'disk.write' }] }, status.INVALID_ARGUMENT],
    [
      'a check twice',
      { checks: Array(2).fill({ name: 'disk.write', status: 'CHECK_STATUS_PASS' }) },
      status.INVALID_ARGUMENT,
    ],
    ['more than a message may hold', { kernelRelease: 'x'.repeat(5_000_000) }, status.RESOURCE_EXHAUSTED],
  ])('refuses a report with %s; the session goes on', async (_what, fields, code) => {
    const { token, session } = await issue();
    await register(token);
    expect(await codeOf(report(token, fields))).toBe(code);
    expect((await sessions.get(session.id)).state).toBe('registered');
    expect(await codeOf(report(token))).toBe(status.OK);
  });

  it('brings findings into the build’s log, without the token', async () => {
    const { token } = await issue();
    await register(token);
    const accepted = await new Promise<number>((resolve, reject) => {
      const stream = client.StreamFindings(bearer(token), (error, answer) => {
        if (error) reject(error);
        else resolve(answer?.accepted ?? 0);
      });
      stream.write({ logLine: 'looking around' });
      stream.write({ check: { name: 'disk.write', status: 'CHECK_STATUS_PASS', figure: '1', unit: 'ms' } });
      stream.end();
    });
    expect(accepted).toBe(2);
    await new Promise((resolve) => setTimeout(resolve, 400));
    const text = await (await api.request(`/api/builds/${build.id}/log.txt`)).text();
    expect(text).toContain('test@local agent | looking around');
    expect(text).toContain('pass disk.write 1 ms');
    expect(text).not.toContain(token);
  });
});
