import 'reflect-metadata';
import { setTimeout as sleep } from 'node:timers/promises';
import { io, type Socket } from 'socket.io-client';
import type {
  ClientToServerEvents,
  LogLine,
  ServerToClientEvents,
  SubscribeAck,
} from '@image-manager/contracts';
import { endedBuild } from '../../testing/ended-build.js';
import { AUTHORIZATION, startTestApp, type TestApp } from '../../testing/test-app.js';
import type { LogReader, LogStore } from '../storage/index.js';

type Client = Socket<ServerToClientEvents, ClientToServerEvents>;

describe('the live log', () => {
  let api: TestApp;
  let log: LogStore;
  let reader: LogReader;
  let buildId: number;
  const clients: Client[] = [];

  beforeAll(async () => {
    api = await startTestApp();
    const storage = await import('../storage/index.js');
    log = api.app.get(storage.LogStore);
    reader = api.app.get(storage.LogReader);
  });
  beforeEach(async () => {
    buildId = (await endedBuild(api)).id;
  });
  afterEach(() => {
    for (const client of clients.splice(0)) client.close();
  });
  afterAll(() => api.close());

  const connect = (headers: Record<string, string> = { authorization: AUTHORIZATION }): Client => {
    const client: Client = io(api.url, {
      transports: ['websocket'],
      extraHeaders: headers,
      reconnection: false,
    });
    clients.push(client);
    return client;
  };
  const subscribe = (client: Client, request: unknown): Promise<SubscribeAck> =>
    client.timeout(5000).emitWithAck('subscribe', request as never);
  const collect = (client: Client): LogLine[] => {
    const lines: LogLine[] = [];
    client.on('log', (batch) => lines.push(...batch.lines));
    return lines;
  };
  const append = (from: number, to: number) =>
    log.append(
      buildId,
      Array.from({ length: to - from + 1 }, (_, index) => ({
        stage: 'build' as const,
        cloud: '',
        stream: 'stdout' as const,
        text: `line ${from + index}`,
      })),
    );
  const until = async (condition: () => boolean | Promise<boolean>) => {
    for (let tries = 0; tries < 400 && !(await condition()); tries += 1) await sleep(25);
    expect(await condition()).toBe(true);
  };
  const numbers = (lines: LogLine[]) => lines.map(({ n }) => n);
  const range = (from: number, to: number) =>
    Array.from({ length: to - from + 1 }, (_, index) => from + index);

  it.each([
    ['no credentials', {}, 'UNAUTHORIZED'],
    ['wrong credentials', { authorization: 'Basic eDp5' }, 'UNAUTHORIZED'],
    [
      'a foreign page',
      { authorization: AUTHORIZATION, origin: 'https://evil.example' },
      'CROSS_SITE_REQUEST',
    ],
  ])('refuses a handshake with %s', async (_what, headers, message) => {
    const client = connect(headers);
    const error = await new Promise<Error>((resolve) => client.once('connect_error', resolve));
    expect(error.message).toBe(message);
  });

  it.each([
    [undefined, 'INVALID_INPUT'],
    ['nonsense', 'INVALID_INPUT'],
    [{ buildId: '1', fromLine: 1 }, 'INVALID_INPUT'],
    [{ buildId: 1, fromLine: 0 }, 'INVALID_INPUT'],
    [{ buildId: 1, fromLine: 1, colour: 'red' }, 'INVALID_INPUT'],
    [{ buildId: 4711, fromLine: 1 }, 'UNKNOWN_BUILD'],
  ])('answers a subscription to %j with %s', async (request, code) => {
    const answer = await subscribe(connect(), request);
    expect(answer).toMatchObject({ ok: false, code });
  });

  it('brings the backlog and then live lines, in order, each once', async () => {
    const first = (await reader.lastLine(buildId)) + 1;
    await append(first, first + 4999);
    await log.flush(buildId);
    const client = connect();
    const lines = collect(client);
    expect(await subscribe(client, { buildId, fromLine: 1 })).toEqual({ ok: true, lastLine: first + 4999 });
    for (let from = first + 5000; from < first + 10_000; from += 50) await append(from, from + 49);
    await until(() => lines.length >= first + 9999);
    expect(numbers(lines)).toEqual(range(1, first + 9999));
  });

  it('goes on after a reconnect without a gap or a double', async () => {
    const first = (await reader.lastLine(buildId)) + 1;
    await append(first, first + 999);
    const before = connect();
    const lines = collect(before);
    await subscribe(before, { buildId, fromLine: 1 });
    await until(() => lines.length > 100);
    before.close();
    const writing = append(first + 1000, first + 2999);
    const after = connect();
    after.on('log', (batch) => lines.push(...batch.lines));
    await subscribe(after, { buildId, fromLine: (lines.at(-1)?.n ?? 0) + 1 });
    await writing;
    await until(() => lines.length >= first + 2999);
    expect(numbers(lines)).toEqual(range(1, first + 2999));
  });

  it('refuses a flood of subscriptions and goes on serving', async () => {
    const client = connect();
    const answers = await Promise.all(
      Array.from({ length: 500 }, () => subscribe(client, { buildId, fromLine: 1 })),
    );
    expect(
      answers.filter((answer) => !answer.ok && answer.code === 'TOO_MANY_REQUESTS').length,
    ).toBeGreaterThan(0);
    expect(await subscribe(client, { buildId, fromLine: 1 })).toMatchObject({ ok: true });
  });

  it('sends nothing of a log that is no longer watched', async () => {
    const client = connect();
    const lines = collect(client);
    await subscribe(client, { buildId, fromLine: 1 });
    await until(() => lines.length > 0);
    const seen = lines.length;
    await client.emitWithAck('unsubscribe', { buildId });
    await append(seen + 1, seen + 10);
    await log.flush(buildId);
    await sleep(200);
    expect(lines).toHaveLength(seen);
  });

  it('announces builds and stages to everybody who is connected', async () => {
    const client = connect();
    await new Promise<void>((resolve) => client.once('connect', resolve));
    const seen: string[] = [];
    client.on('build', ({ id, status }) => seen.push(`build ${id} ${status}`));
    client.on('stage', ({ buildId: id, stage, status }) => seen.push(`${stage} ${id} ${status}`));
    const { id } = await endedBuild(api);
    await until(() => seen.includes(`build ${id} failed`));
    expect(seen.filter((text) => text.startsWith('build') && text.includes(` ${id} `))).toEqual(
      expect.arrayContaining([`build ${id} queued`, `build ${id} running`, `build ${id} failed`]),
    );
    expect(seen).toContain(`cleanup ${id} succeeded`);
  });
});
