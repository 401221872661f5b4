import { mkdtemp, rm } from 'node:fs/promises';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { endProcesses } from '../end-processes.js';
import { WireGuest } from '../testing/wire-guest.js';
import { MANAGER_ADDRESS, networkArgument } from './qemu-arguments.js';
import { startQemu } from './qemu-process.js';
import { findServerProcesses } from './server-processes.js';

/** This machine, as a guest of QEMU's user network sees it. */
const HOST_ADDRESS = '10.0.2.2';

describe('the network of a server', () => {
  const serverId = randomUUID();
  let directory = '';
  let servers: Server[] = [];
  let heard: string[] = [];

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'image-manager-network-'));
    servers = [];
    heard = [];
  });
  afterEach(async () => {
    await endProcesses(await findServerProcesses(serverId), 1_000);
    for (const server of servers) server.close();
    await rm(directory, { recursive: true });
  });

  async function listen(onConnection: (socket: Socket) => void): Promise<number> {
    const server = createServer({ allowHalfOpen: true }, onConnection);
    servers.push(server);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return (server.address() as AddressInfo).port;
  }

  /** A service on this machine's loopback that answers everybody. */
  function service(name: string): Promise<number> {
    return listen((socket) => {
      socket.once('data', (bytes: Buffer) => {
        heard.push(`${name}: ${bytes.toString()}`);
        socket.end(`${name} heard ${bytes.toString()}`);
      });
      socket.on('error', () => {});
    });
  }

  /** QEMU without a machine: only the network that a server would have, and us at its end of the wire. */
  async function plugIn(network: string): Promise<WireGuest> {
    const wire = Promise.withResolvers<Socket>();
    const port = await listen(wire.resolve);
    await startQemu(
      'qemu-system-x86_64',
      [
        ...['-uuid', serverId, '-machine', 'none', '-nodefaults', '-display', 'none'],
        ...['-netdev', network, '-netdev', 'hubport,id=one,hubid=0,netdev=net'],
        ...['-netdev', `socket,id=wire,connect=127.0.0.1:${port}`],
        ...['-netdev', 'hubport,id=two,hubid=0,netdev=wire'],
      ],
      directory,
      'qemu.log',
    );
    return new WireGuest(await wire.promise);
  }

  it('leads to the manager, over many connections at once, and their relays end with them', async () => {
    const port = await service('manager');
    const guest = await plugIn(networkArgument({ serverId, grpcTarget: { host: '127.0.0.1', port } }));
    const questions = Array.from({ length: 12 }, (_, n) => `question ${n}`);
    const exchanges = await Promise.all(
      questions.map((question) => guest.exchange(MANAGER_ADDRESS, port, question, 30_000)),
    );
    expect(exchanges).toEqual(
      questions.map((question) => ({ outcome: 'answered', answer: `manager heard ${question}` })),
    );
    let left = await findServerProcesses(serverId);
    const deadline = performance.now() + 10_000;
    while (left.length > 1 && performance.now() < deadline) left = await findServerProcesses(serverId);
    expect(left).toHaveLength(1);
  }, 60_000);

  it('leads nowhere else: not to this machine, nor to another port or address', async () => {
    const port = await service('manager');
    const other = await service('other');
    const guest = await plugIn(networkArgument({ serverId, grpcTarget: { host: '127.0.0.1', port } }));
    const attempts: [string, number][] = [
      [HOST_ADDRESS, other],
      [HOST_ADDRESS, port],
      [MANAGER_ADDRESS, other],
      ['10.0.2.3', other],
    ];
    const exchanges = await Promise.all(
      attempts.map(([address, to]) => guest.exchange(address, to, 'let me in', 3_000)),
    );
    for (const { outcome } of exchanges) expect(['refused', 'silent']).toContain(outcome);
    expect(heard).toEqual([]);
    const allowed = await guest.exchange(MANAGER_ADDRESS, port, 'still here', 20_000);
    expect(allowed.outcome).toBe('answered');
  }, 60_000);

  it('would lead to this machine without the restriction, so the test above can fail', async () => {
    const other = await service('other');
    const guest = await plugIn('user,id=net');
    expect(await guest.exchange(HOST_ADDRESS, other, 'hello', 10_000)).toEqual({
      outcome: 'answered',
      answer: 'other heard hello',
    });
  }, 30_000);
});
