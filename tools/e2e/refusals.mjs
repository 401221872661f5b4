import assert from 'node:assert/strict';
import { writeFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import grpc from '@grpc/grpc-js';
import protoLoader from '@grpc/proto-loader';
import { readFileSync } from 'node:fs';
import { io } from 'socket.io-client';
import { ROOT } from '../bootstrap/workspace.mjs';
import { FIRST_RUN, SECOND_RUN } from './life-cycle.mjs';
import { waitUntil } from './scenarios.mjs';

/** @type {[string, { path?: string, method?: string, body?: unknown, headers?: Record<string, string> }, number][]} */
const BAD_REQUESTS = [
  ['an unknown definition', { body: { distroId: 'beos' } }, 404],
  ['a missing field', { body: {} }, 400],
  ['an unknown field', { body: { distroId: 'debian-12', colour: 'red' } }, 400],
  ['a wrong type', { body: { distroId: 'debian-12', packages: 'vim' } }, 400],
  ['a package name that is an option', { body: { distroId: 'debian-12', packages: ['--force'] } }, 400],
  ['broken JSON', { body: '{"distroId":' }, 400],
  ['an oversized body', { body: { distroId: 'x'.repeat(2_000_000) } }, 413],
  ['a body that is not JSON', { body: 'distroId=debian-12', headers: { 'content-type': 'text/plain' } }, 415],
  ['wrong credentials', { body: { distroId: 'debian-12' }, headers: { authorization: 'Basic eDp5' } }, 401],
  ['no credentials', { body: { distroId: 'debian-12' }, headers: { authorization: '' } }, 401],
  ['a foreign origin', { body: { distroId: 'debian-12' }, headers: { origin: 'https://evil.example' } }, 403],
  [
    'a cross-site fetch',
    { body: { distroId: 'debian-12' }, headers: { 'sec-fetch-site': 'cross-site' } },
    403,
  ],
  ['an unknown build', { method: 'GET', path: '/builds/999999' }, 404],
  ['a build that is no number', { method: 'GET', path: '/builds/x' }, 400],
  ['a page that is no number', { method: 'GET', path: '/builds?page=x' }, 400],
  ['an unknown cloud', { method: 'GET', path: '/clouds/nowhere/images' }, 404],
];

export const badRequests = {
  name: 'bad requests are refused with a problem document and change nothing',
  async run({ sandbox }) {
    const before = (await buildsOf(sandbox)).total;
    for (const [what, { path = '/builds', method = 'POST', body, headers = {} }, status] of BAD_REQUESTS) {
      const response = await fetch(`${sandbox.url}/api${path}`, {
        method,
        headers: { authorization: sandbox.api.authorization, 'content-type': 'application/json', ...headers },
        ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      });
      const text = await response.text();
      assert.equal(response.status, status, `${what}: ${text}`);
      assert.match(response.headers.get('content-type') ?? '', /application\/problem\+json/, what);
      const problem = JSON.parse(text);
      assert.ok(problem.code && problem.detail && problem.requestId, `${what}: ${text}`);
    }
    assert.equal((await buildsOf(sandbox)).total, before);
    return `${BAD_REQUESTS.length} requests`;
  },
};

export const badSockets = {
  name: 'sockets without credentials or with nonsense are refused',
  async run({ sandbox }) {
    const authorization = { authorization: sandbox.api.authorization };
    await assert.rejects(connect(sandbox.url, {}), 'without credentials');
    await assert.rejects(
      connect(sandbox.url, { ...authorization, origin: 'https://evil.example' }),
      'foreign origin',
    );
    const socket = await connect(sandbox.url, authorization);
    try {
      for (const request of [
        undefined,
        {},
        { buildId: 'x', fromLine: 1 },
        { buildId: 999_999, fromLine: 1 },
        { buildId: 1, fromLine: -1 },
      ]) {
        const answer = await socket.timeout(5000).emitWithAck('subscribe', request);
        assert.equal(answer.ok, false, JSON.stringify(request));
        assert.ok(answer.code && answer.message, JSON.stringify(answer));
      }
    } finally {
      socket.disconnect();
    }
  },
};

export const brokenDefinition = {
  name: 'a broken definition is listed with its error, appears and goes without a restart, and harms no other',
  async run({ sandbox }) {
    const path = join(sandbox.distrosPath, 'broken.yaml');
    const listed = async () => {
      const answer = await sandbox.api.distros();
      return Array.isArray(answer) ? answer : answer.items;
    };
    writeFileSync(path, 'id: broken\ndisplayName: [\n');
    const broken = await waitUntil(
      'it to be listed',
      async () => (await listed()).find(({ id }) => id === 'broken'),
      {
        timeoutMs: 5000,
      },
    );
    assert.equal(broken.problems[0].file, 'broken.yaml');
    assert.ok(broken.problems[0].line >= 1);
    assert.ok((await listed()).find(({ id }) => id === 'debian-12').definition);
    await assert.rejects(
      sandbox.api.createBuild({ distroId: 'broken' }),
      (/** @type {any} */ error) => error.status >= 400 && error.status < 500,
    );
    rmSync(path);
    await waitUntil('it to go', async () => !(await listed()).some(({ id }) => id === 'broken'), {
      timeoutMs: 5000,
    });
  },
};

export const impostor = {
  name: 'an impostor without a token of ours is refused over gRPC',
  needs: [FIRST_RUN],
  async run({ sandbox }) {
    await expectRefused(sandbox, undefined);
    await expectRefused(sandbox, 'x'.repeat(43));
  },
};

export const usedToken = {
  name: 'a used token is refused over gRPC',
  needs: [SECOND_RUN],
  async run({ sandbox, usedToken: token }) {
    assert.ok(token, 'the token was read from the config drive during the second run');
    await expectRefused(sandbox, token);
  },
};

async function expectRefused(sandbox, token) {
  const { certificate } = JSON.parse(readFileSync(join(sandbox.storagePath, 'tls/grpc.json'), 'utf8'));
  const definition = protoLoader.loadSync(join(ROOT, 'proto/agent/v1/agent.proto'));
  /** @type {any} */
  const root = grpc.loadPackageDefinition(definition);
  const { AgentService } = root.image_manager.agent.v1;
  const client = new AgentService(sandbox.grpcAddress, grpc.credentials.createSsl(Buffer.from(certificate)), {
    'grpc.ssl_target_name_override': 'image-manager',
  });
  const metadata = new grpc.Metadata();
  if (token) metadata.set('authorization', `Bearer ${token}`);
  const nonce = '0123456789abcdef0123456789abcdef';
  try {
    /** @type {[string, object][]} */
    const calls = [
      ['register', { nonce, agentVersion: '0.1.0' }],
      ['report', { nonce, checks: [] }],
    ];
    for (const [method, request] of calls) {
      const error = await new Promise((settle) => {
        client[method](request, metadata, { deadline: Date.now() + 5000 }, (failure) => settle(failure));
      });
      assert.equal(error?.code, grpc.status.UNAUTHENTICATED, `${method}: ${error?.message}`);
    }
  } finally {
    client.close();
  }
}

function connect(url, extraHeaders) {
  const socket = io(url, { extraHeaders, transports: ['websocket'], reconnection: false, timeout: 5000 });
  return new Promise((settle, fail) => {
    socket.once('connect', () => settle(socket));
    socket.once('connect_error', (error) => {
      socket.disconnect();
      fail(error);
    });
  });
}

/** @returns {Promise<any>} a page of builds */
async function buildsOf(sandbox) {
  const response = await fetch(`${sandbox.url}/api/builds`, {
    headers: { authorization: sandbox.api.authorization },
  });
  return await response.json();
}
