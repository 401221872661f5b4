import 'reflect-metadata';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { status } from '@grpc/grpc-js';
import type { Check, ReportRequest } from '@image-manager/agent-contract';
import { DataSource } from 'typeorm';
import { endedBuild } from '../../testing/ended-build.js';
import { Liar } from '../../testing/liar.js';
import { LifeCycleHarness, passes } from '../../testing/life-cycle-harness.js';
import type { TestAgent } from '../../testing/test-agent.js';
import type { AgentSessions } from './agent-sessions.service.js';
import type { RefusedCalls } from './refused-calls.service.js';

const WRONG = 'x'.repeat(43);
const NONCE = 'd'.repeat(32);
const PASS = 'CHECK_STATUS_PASS' as const;
const LIE: ReportRequest = { nonce: NONCE, checks: passes('disk.write') };
const { UNAUTHENTICATED, INVALID_ARGUMENT, RESOURCE_EXHAUSTED } = status;

describe('agents that lie', () => {
  let logs: string;
  let cycle: LifeCycleHarness;
  let sessions: AgentSessions;
  let refused: RefusedCalls;
  let liar: Liar;
  /** A build that has an artifact; the others take it over. */
  let first: number;
  const tokens = [WRONG];

  beforeAll(async () => {
    logs = mkdtempSync(join(tmpdir(), 'image-manager-liars-'));
    cycle = await LifeCycleHarness.start({
      environment: { LOG_LEVEL: 'warn', LOG_FILE_PATH: join(logs, 'app.log'), MAX_CONCURRENT_BUILDS: '3' },
    });
    const agents = await import('./index.js');
    sessions = cycle.api.app.get(agents.AgentSessions);
    refused = cycle.api.app.get(agents.RefusedCalls);
    const { certificate } = cycle.api.app.get(agents.ManagerIdentity).certificate;
    liar = new Liar(cycle.api.grpcAddress, certificate);
    first = (await cycle.promoted()).id;
  });
  afterAll(async () => {
    liar.client.close();
    await cycle.api.close();
    rmSync(logs, { recursive: true, force: true });
  });

  /** A build whose agent has registered and is at its checks. */
  const waiting = async () => {
    const id = await cycle.create({ artifactOf: first });
    const agent = await cycle.agentOf(id);
    await cycle.reaches(id, 'test');
    tokens.push(agent.token);
    return { id, agent };
  };
  /** A session of another build, of which nobody waits for anything. */
  const other = async (expiresInMs = 600_000) => {
    const build = await endedBuild(cycle.api);
    const { token } = await sessions.issue(
      { buildId: build.id, cloud: 'local', serverName: 'other' },
      new Date(Date.now() + expiresInMs),
    );
    tokens.push(token);
    return token;
  };
  /** Everything that an agent could change, but the log. */
  const database = async () => {
    const rows = cycle.api.app.get(DataSource);
    const read = (query: string) => rows.query<unknown[]>(query);
    return JSON.stringify([
      await read('SELECT * FROM builds'),
      await read('SELECT * FROM checks'),
      await read('SELECT * FROM agent_sessions'),
      await read('SELECT id, state, externalId FROM ledger'),
      await read('SELECT * FROM images'),
      await read('SELECT id, status, cause FROM stages'),
    ]);
  };
  const agentLines = async (id: number) =>
    cycle.api.app
      .get((await import('../storage/index.js')).LogReader)
      .lines(id, 1, 100_000)
      .then((all) => all.filter(({ stream }) => stream === 'agent').map(({ text }) => text));

  describe('while a build waits for its agent', () => {
    let id: number;
    let agent: TestAgent;
    let before: string;
    let foreign: string;

    beforeAll(async () => {
      foreign = await other();
      await liar.register(foreign, NONCE);
      ({ id, agent } = await waiting());
      before = await database();
    });

    it.each<[string, () => Promise<status>, status, string]>([
      ['no token', () => liar.report(undefined, LIE), UNAUTHENTICATED, 'Report: no token'],
      ['no token, a stream', () => liar.say(undefined, 'x'), UNAUTHENTICATED, 'StreamFindings: no token'],
      ['a wrong token', () => liar.register(WRONG, NONCE), UNAUTHENTICATED, 'Register: wrong token'],
      ['a token that is none', () => liar.register('a b', NONCE), UNAUTHENTICATED, 'Register: wrong token'],
      ['another nonce', () => liar.report(agent.token, LIE), UNAUTHENTICATED, 'Report: other agent'],
      [
        'another build’s token for this agent',
        () => liar.report(foreign, { nonce: agent.nonce, checks: passes('disk.write') }),
        UNAUTHENTICATED,
        'Report: other agent',
      ],
      [
        'a message over gRPC’s limit',
        () => liar.report(agent.token, { nonce: agent.nonce, kernelRelease: 'x'.repeat(5_000_000) }),
        RESOURCE_EXHAUSTED,
        'Report: no whole message',
      ],
      ...(
        [
          ['too many checks', { checks: many(201, (n) => ({ name: `a.b${letters(n)}`, status: PASS })) }],
          ['a check’s bad name', { checks: [{ name: 'disk.write\n', status: PASS }] }],
          ['a check’s bad status', { checks: [{ name: 'disk.write', status: 17 as never }] }],
          ['too many packages', { packages: many(20_001, (n) => ({ name: `p${n}`, version: '1' })) }],
          ['a package’s bad name', { packages: [{ name: 'a\u001b[2J', version: '1' }] }],
          ['a package’s bad version', { packages: [{ name: 'a', version: 'v'.repeat(500) }] }],
        ] as [string, Omit<ReportRequest, 'nonce'>][]
      ).map(([what, fields]): [string, () => Promise<status>, status, string] => [
        what,
        () => liar.report(agent.token, { nonce: agent.nonce, ...fields }),
        INVALID_ARGUMENT,
        'Report: bad field',
      ]),
      [
        'a nonce that is none',
        () => liar.register(agent.token, 'x'),
        INVALID_ARGUMENT,
        'Register: bad field',
      ],
    ])('refuses %s, counts it and changes nothing', async (_what, lie, code, counted) => {
      const count = refused.counts[counted] ?? 0;
      expect(await lie()).toBe(code);
      expect(refused.counts[counted]).toBe(count + 1);
      expect(await database()).toBe(before);
    });

    it('refuses an expired token and changes nothing else', async () => {
      const token = await other(-1);
      const then = await database();
      expect(await liar.register(token, NONCE)).toBe(UNAUTHENTICATED);
      expect(await liar.report(token, LIE)).toBe(UNAUTHENTICATED);
      expect(refused.counts).toMatchObject({ 'Register: expired token': 1, 'Report: expired token': 1 });
      expect(await database()).toBe(then);
    });

    it('takes a server’s words as one plain line each, cut to what a line may be', async () => {
      await liar.say(agent.token, 'one\r\n\u001b[2J\u001b[31mtwo\u001b]0;x\u0007');
      await liar.say(agent.token, 'y'.repeat(100_000));
      await cycle.until(async () => (await agentLines(id)).length === 2);
      expect(await agentLines(id)).toEqual(['one two', 'y'.repeat(4096)]);
    });

    it('ends an endless stream and refuses further ones; the build’s agent reports all the same', async () => {
      const { findings, ended } = liar.stream(agent.token);
      const over = new AbortController();
      const pouring = (async () => {
        for (let n = 0; !over.signal.aborted && n < 1_000_000; n += 1) {
          const check: Check = { name: 'a.b', status: PASS, reason: 'z'.repeat(50_000) };
          if (!findings.write(n % 2 === 0 ? { logLine: `line ${n}` } : { check })) await sleep(1);
        }
      })();
      expect((await ended).code).toBe(RESOURCE_EXHAUSTED);
      over.abort();
      await pouring;
      expect(await liar.say(agent.token, 'more')).toBe(RESOURCE_EXHAUSTED);
      expect((await agentLines(id)).length).toBeLessThanOrEqual(5000);

      await agent.report(passes());
      expect(await cycle.ended(id)).toMatchObject({ status: 'succeeded' });
    });

    it('refuses the token whose report is in, whoever has it', async () => {
      const then = await database();
      expect(await liar.register(agent.token, agent.nonce)).toBe(UNAUTHENTICATED);
      expect(await liar.report(agent.token, { nonce: agent.nonce, checks: passes() })).toBe(UNAUTHENTICATED);
      expect(await liar.say(agent.token, 'still here')).toBe(UNAUTHENTICATED);
      expect(refused.counts).toMatchObject({ 'StreamFindings: withdrawn token': 1 });
      expect(await database()).toBe(then);
    });
  });

  it('keeps a report when the same and a changed one come right behind it', async () => {
    const { id, agent } = await waiting();
    const { nonce, token } = agent;
    // While its line is being stored, the first report is not yet either.
    await liar.say(token, 'done');
    const codes = await Promise.all([
      liar.report(token, { nonce, checks: passes() }),
      liar.report(token, { nonce, checks: passes() }),
      liar.report(token, { nonce, checks: passes('disk.write') }),
      liar.report(token, { nonce, checks: [] }),
    ]);
    expect(codes[0]).toBe(status.OK);
    const build = await cycle.ended(id);
    expect(build.cause).toBeUndefined();
    expect(build.status).toBe('succeeded');
    expect(build.checks).toHaveLength(passes().length);
    expect(build.checks.every((check) => check.status === 'pass')).toBe(true);
  });

  it('fails the build when a second agent claims its server, and says so', async () => {
    const { id, agent } = await waiting();
    expect(await liar.register(agent.token, NONCE)).toBe(UNAUTHENTICATED);
    const build = await cycle.ended(id);
    expect(build).toMatchObject({ status: 'failed', cause: { code: 'AGENT_CONTESTED' }, checks: [] });
    expect(refused.counts).toMatchObject({ 'Register: second agent': 1 });
    expect((await cycle.visible()).every(({ buildId }) => buildId !== id)).toBe(true);
    await cycle.expectClean(id);
  });

  it('refuses a report after a cancel', async () => {
    const { id, agent } = await waiting();
    await cycle.api.post(`/api/builds/${id}/cancel`, {});
    expect((await cycle.ended(id)).status).toBe('cancelled');
    const then = await database();
    expect(await liar.report(agent.token, { nonce: agent.nonce, checks: passes() })).toBe(UNAUTHENTICATED);
    expect(refused.counts).toMatchObject({ 'Report: withdrawn token': expect.any(Number) as number });
    expect(await database()).toBe(then);
  });

  it('ends streams that drip when their server goes, and takes no third one', async () => {
    const { id, agent } = await waiting();
    const streams = [liar.stream(agent.token), liar.stream(agent.token)];
    const drip = setInterval(() => {
      for (const { findings } of streams) findings.write({ logLine: 'drip' });
    }, 50);
    await cycle.until(async () => (await agentLines(id)).length > 4);
    expect(await liar.say(agent.token, 'a third')).toBe(RESOURCE_EXHAUSTED);
    await agent.report(passes());
    expect((await cycle.ended(id)).status).toBe('succeeded');
    const ends = await Promise.all(streams.map(({ ended }) => ended));
    clearInterval(drip);
    const accepted = ends.reduce((sum, end) => sum + (end.accepted ?? 0), 0);
    expect(accepted).toBe((await agentLines(id)).length);
  });

  it('stands 10,000 bogus calls while an agent reports, and logs them in a line a minute', async () => {
    const { id, agent } = await waiting();
    const withdrawn = await other();
    await sessions.close((await sessions.find(withdrawn))!.buildId, 'local');
    const lies = [
      () => liar.register(undefined, NONCE),
      () => liar.register(WRONG, NONCE),
      () => liar.report(withdrawn, LIE),
      () => liar.say(WRONG, 'x'),
    ];
    const counted = sum(refused.counts);
    const codes = new Map<status, number>();
    const begin = performance.now();
    let slowest = 0;
    const flood = Promise.all(
      many(50, async (worker) => {
        for (let call = 0; call < 200; call += 1) {
          const code = await lies[(worker + call) % lies.length]!();
          codes.set(code, (codes.get(code) ?? 0) + 1);
        }
      }),
    );
    // The same agent registers again and again meanwhile, and then reports.
    for (let call = 0; call < 10; call += 1) {
      const from = performance.now();
      await agent.register();
      slowest = Math.max(slowest, performance.now() - from);
    }
    const from = performance.now();
    await agent.report(passes());
    const reportMs = performance.now() - from;
    // Nobody had to wait until the flood was over.
    const answeredByThen = sum(Object.fromEntries(codes));
    await flood;
    const seconds = (performance.now() - begin) / 1000;
    expect(codes).toEqual(new Map([[UNAUTHENTICATED, 10_000]]));
    expect(sum(refused.counts) - counted).toBe(10_000);
    expect(answeredByThen).toBeLessThan(10_000);
    process.stdout.write(
      `flood: ${(10_000 / seconds).toFixed(0)} calls/s, ${answeredByThen} of them before the agent’s report was in; the agent's slowest call ${slowest.toFixed(0)} ms, its report ${reportMs.toFixed(0)} ms\n`,
    );
    expect((await cycle.ended(id)).status).toBe('succeeded');
    await cycle.expectClean(id);
  });

  it('has logged all that in a few lines, with the counts and no token', async () => {
    await cycle.api.restart();
    const said = () =>
      readdirSync(logs)
        .map((name) => readFileSync(join(logs, name), 'utf8'))
        .join('\n');
    await cycle.until(() => Promise.resolve(said().includes('Register: wrong token')));
    const refusals = said()
      .split('\n')
      .filter((line) => line.includes('"refused"'));
    expect(refusals.length).toBeGreaterThan(0);
    expect(refusals.length).toBeLessThan(10);
    const inLog = refusals
      .map((line) => sum((JSON.parse(line) as { refused: Record<string, number> }).refused))
      .reduce((total, count) => total + count, 0);
    expect(inLog).toBe(sum(refused.counts));
    for (const token of tokens) expect(said()).not.toContain(token);
  });
});

function many<T>(count: number, make: (index: number) => T): T[] {
  return Array.from({ length: count }, (_, index) => make(index));
}

/** A different word for each number. */
function letters(n: number): string {
  return String(n).replaceAll(/\d/g, (digit) => 'abcdefghij'[Number(digit)] ?? '');
}

function sum(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((total, count) => total + count, 0);
}
