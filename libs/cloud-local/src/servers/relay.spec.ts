import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from '@jest/globals';

const relay = fileURLToPath(new URL('../../relay/relay.mjs', import.meta.url));

async function listen(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

/**
 * A relay as QEMU starts it: one end of a pair of sockets is its standard input, output and error. `exit` is listened to from
 * the begin on, for the relay may end before the test has read the last of what it sent.
 */
async function startRelay(managerPort: number): Promise<{ guest: Socket; exit: Promise<unknown[]> }> {
  const pair = createServer({ allowHalfOpen: true, pauseOnConnect: true });
  const port = await listen(pair);
  const guest = connect({ host: '127.0.0.1', port, allowHalfOpen: true });
  const [inner] = (await once(pair, 'connection')) as [Socket];
  const child = spawn(process.execPath, [relay, '127.0.0.1', String(managerPort), 'server-id'], {
    stdio: [inner, inner, inner],
    env: {},
  });
  const exit = once(child, 'exit');
  inner.destroy();
  pair.close();
  return { guest, exit };
}

describe('relay', () => {
  const managers: Server[] = [];
  afterEach(() => {
    for (const manager of managers.splice(0)) manager.close();
  });

  async function manager(answer: (socket: Socket) => void): Promise<number> {
    const server = createServer({ allowHalfOpen: true }, answer);
    managers.push(server);
    return listen(server);
  }

  it('carries megabytes both ways unchanged, and ends with its connection', async () => {
    const port = await manager((socket) => socket.pipe(socket));
    const { guest, exit } = await startRelay(port);
    const sent = randomBytes(8 * 1024 ** 2);
    guest.end(sent);
    const received: Buffer[] = [];
    for await (const chunk of guest) received.push(chunk as Buffer);
    expect(Buffer.concat(received).equals(sent)).toBe(true);
    expect(await exit).toEqual([0, null]);
  });

  it('passes the end of one direction on and keeps the other open', async () => {
    const port = await manager((socket) => {
      void text(socket).then((question) => socket.end(`${question} heard`));
    });
    const { guest, exit } = await startRelay(port);
    guest.end('hello');
    expect(await text(guest)).toBe('hello heard');
    await exit;
  });

  it('does not take in more than the other side takes out', async () => {
    let paused: Socket | undefined;
    const port = await manager((socket) => {
      paused = socket.pause();
    });
    const { guest, exit } = await startRelay(port);
    const block = Buffer.alloc(1024 ** 2);
    let accepted = 0;
    // A write that is not drained within a second says that somebody down the line waits.
    for (let blocked = false; !blocked && accepted < 64; accepted += 1) {
      if (!guest.write(block)) {
        blocked = await Promise.race([
          once(guest, 'drain').then(() => false),
          new Promise<boolean>((resolve) => setTimeout(resolve, 1_000, true)),
        ]);
      }
    }
    expect(accepted).toBeLessThan(64);
    guest.destroy();
    paused?.destroy();
    await exit;
  }, 30_000);

  it('hangs up on the server when the manager cannot be reached, without a word', async () => {
    const port = await manager(() => {});
    managers.pop()?.close();
    const { guest, exit } = await startRelay(port);
    expect(await text(guest)).toBe('');
    await exit;
    guest.destroy();
  });

  it('ends when the server is gone', async () => {
    const port = await manager((socket) => {
      socket.on('end', () => socket.end());
      socket.resume();
    });
    const { guest, exit } = await startRelay(port);
    guest.write('x');
    guest.destroy();
    expect(await exit).toEqual([0, null]);
  });
});
