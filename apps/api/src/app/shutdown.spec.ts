import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, readdirSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { io, type Socket as LiveSocket } from 'socket.io-client';
import { status as grpcStatus } from '@grpc/grpc-js';
import { decodeUserData } from '@image-manager/agent-contract';
import type { ClientToServerEvents, HealthView, ServerToClientEvents } from '@image-manager/contracts';
import { hang, startStandIn, to, type StandIn } from '@image-manager/cloud-openstack/testing';
import { ApiProcess } from '../testing/api-process.js';
import { passes } from '../testing/life-cycle-harness.js';
import { TestAgent } from '../testing/test-agent.js';
import { AUTHORIZATION } from '../testing/test-app.js';

/** A service manager kills what has not ended in time; the drain itself has 20 s. */
describe('SIGTERM', () => {
  let standIn: StandIn;
  let api: ApiProcess;
  /** Ends what a failed test has left open. */
  const closers: (() => void)[] = [];

  beforeAll(async () => {
    standIn = await startStandIn();
    api = await ApiProcess.create({
      ...standIn.environment(),
      LOCAL_CLOUD: 'on',
      GRPC_PUBLIC_ADDRESS: '192.0.2.1:50051',
      LOG_LEVEL: 'info',
    });
    api.editDefinition((text) =>
      text.replace(/^minDiskGb:.*$/m, 'minDiskGb: 1').replace(/^minMemoryMb:.*$/m, 'minMemoryMb: 128'),
    );
    await api.start();
  });
  afterEach(() => {
    for (const close of closers.splice(0)) close();
  });
  afterAll(async () => {
    try {
      await api.close();
    } finally {
      // What listens keeps jest from ending.
      await standIn.close();
    }
  });

  it('ends with status 0 whatever holds on to it, and leaves the build to the next start', async () => {
    const id = await api.create({ clouds: ['openstack'], dibArguments: ['--root-label=slow'] });
    await until(async () => (await api.log(id)).lines.some(({ text }) => text === 'line of install.d'));

    const live: LiveSocket<ServerToClientEvents, ClientToServerEvents> = io(api.url, {
      extraHeaders: { authorization: AUTHORIZATION },
      transports: ['websocket'],
      reconnection: false,
    });
    closers.push(() => live.close());
    await new Promise<void>((connected) => live.on('connect', connected));
    const words: string[] = [];
    live.on('closing', ({ code, message }) => words.push(`${code}: ${message}`));
    live.on('disconnect', (reason) => words.push(reason));

    const idle = await keptAlive(api.url);
    const slow = await halfAsked(api.url);
    const deaf = await deafWatcher(api.url, id);
    closers.push(() => {
      for (const socket of [idle, slow, deaf]) socket.destroy();
    });
    // A question to a cloud that never answers, under way when the signal comes.
    standIn.fault({ match: to('GET', /\/images$/), effect: hang() });
    const hanging = api.images('openstack').then(
      () => 'answered',
      () => 'broken off',
    );
    await until(() => Promise.resolve(standIn.requestsTo('GET', /\/images$/).length > 0));

    expect(await api.stop()).toBe(0);
    deaf.resume();
    expect(await hanging).toBe('broken off');
    await until(() => Promise.resolve(words.length === 2));
    expect(words).toEqual([
      'STOPPING: Image Manager is stopping. Builds that run are carried on with when it starts again.',
      'transport close',
    ]);
    for (const socket of [idle, slow, deaf]) {
      await until(() => Promise.resolve(socket.destroyed));
    }
    expect(appLog(api)).toContain(`build ${id} is handed over to the next start`);

    standIn.clearFaults();
    await api.start();
    const build = await api.build(id);
    expect(build.status).toBe('running');
    await until(async () =>
      (await api.log(id)).lines.some(({ text }) => text === 'Build completed successfully'),
    );
    const texts = (await api.log(id)).lines.map(({ text }) => text);
    expect(texts.filter((text) => text === 'line of install.d')).toHaveLength(1);
    await api.post(`/builds/${id}/cancel`, {});
    await api.finished(id);
  }, 120_000);

  it('takes no new builds meanwhile, and leaves a promotion that the cloud does not answer to the next start', async () => {
    const id = await api.create({ clouds: ['openstack'] });
    const agent = await agentOf(standIn, api.grpcAddress);
    closers.push(() => {
      agent.client.close();
    });
    const ended = new Promise((settle) => {
      agent.client.StreamFindings(agent.metadata(), settle).write({ logLine: 'still here' });
    });
    standIn.fault({ match: to('PATCH', /\/images\/[^/]+$/), effect: hang() });
    const before = standIn.requestsTo('PATCH', /\/images\//).length;
    await agent.report(passes());
    await until(() => Promise.resolve(standIn.requestsTo('PATCH', /\/images\//).length > before));

    const stopped = api.stop();
    await until(async () => (await api.get<HealthView>('/health')).status === 'stopping');
    await expect(api.create()).rejects.toThrow(
      /503 .*"code":"STOPPING","detail":"Image Manager is stopping; ask again once it runs"/,
    );
    expect(await stopped).toBe(0);
    expect(await ended).toMatchObject({ code: grpcStatus.UNAVAILABLE });
    expect(appLog(api)).toContain('Image Manager has stopped');

    standIn.clearFaults();
    await api.start();
    expect(await api.finished(id)).toMatchObject({ status: 'succeeded' });
    expect((await api.images('openstack')).filter(({ hidden }) => !hidden)).toHaveLength(1);
  }, 120_000);
});

/** A FIFO that nobody writes stands for a file system that does not answer. */
describe('while a file never answers', () => {
  let api: ApiProcess;
  beforeEach(async () => {
    api = await ApiProcess.create({ LOCAL_CLOUD: 'on', LOG_LEVEL: 'info' });
    await api.start();
    const folder = join(api.storagePath, 'clouds/local/images/2f0c7f0c-3a55-4f0e-9a54-5b4f7b0e1d11');
    mkdirSync(folder, { recursive: true });
    execFileSync('mkfifo', [join(folder, 'image.json')]);
    void api.images('local').catch(() => undefined);
    await sleep(500);
  });
  afterEach(async () => {
    api.kill();
    await api.close();
  });

  it('SIGTERM ends the process all the same, with status 0 and its last words in the log', async () => {
    expect(await api.stop()).toBe(0);
    expect(appLog(api)).toContain('Image Manager has stopped');
  }, 120_000);
});

/** The agent of the only server, registered. */
async function agentOf(standIn: StandIn, address: string): Promise<TestAgent> {
  await until(() => Promise.resolve(standIn.servers().length === 1));
  const agent = new TestAgent(decodeUserData(standIn.servers()[0]!.userData)!, address);
  await agent.register();
  return agent;
}

/** A connection whose first request was answered, as a browser keeps it. */
async function keptAlive(url: string): Promise<Socket> {
  const socket = await opened(url);
  socket.write(`GET /api/health HTTP/1.1\r\nHost: ${new URL(url).host}\r\n\r\n`);
  await once(socket, 'data');
  return socket;
}

/** A request that does not come to its end. */
async function halfAsked(url: string): Promise<Socket> {
  const socket = await opened(url);
  socket.write(
    `POST /api/builds HTTP/1.1\r\nHost: ${new URL(url).host}\r\nAuthorization: ${AUTHORIZATION}\r\n` +
      'Content-Type: application/json\r\nContent-Length: 1000\r\n\r\n{',
  );
  return socket;
}

/** Asks for a log and reads nothing of the answer. */
async function deafWatcher(url: string, id: number): Promise<Socket> {
  const socket = await opened(url);
  socket.pause();
  socket.write(
    `GET /api/builds/${id}/log.txt HTTP/1.1\r\nHost: ${new URL(url).host}\r\nAuthorization: ${AUTHORIZATION}\r\n\r\n`,
  );
  return socket;
}

async function opened(url: string): Promise<Socket> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  return socket;
}

function appLog({ storagePath }: ApiProcess): string {
  const folder = dirname(storagePath);
  return readdirSync(folder)
    .filter((name) => name.startsWith('app.') && name.endsWith('.log'))
    .map((name) => readFileSync(join(folder, name), 'utf8'))
    .join('');
}

async function until(condition: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 600; tries += 1) {
    if (await condition()) return;
    await new Promise((settle) => setTimeout(settle, 50));
  }
  throw new Error(`not in time: ${condition.toString()}`);
}
