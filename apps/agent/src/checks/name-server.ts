import { randomInt } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { isIP } from 'node:net';

const TRIES = 2;
const TRY_LIMIT_MS = 1_500;
const DNS_PORT = 53;

/**
 * Whether a name server answers at all: it is asked for the root's name servers, and any answer will do, a refusal too.
 * The message format is RFC 1035, 4.1.
 */
export async function answersQueries(
  server: string,
  signal: AbortSignal,
  { port = DNS_PORT }: { port?: number } = {},
): Promise<boolean> {
  for (let attempt = 0; attempt < TRIES; attempt += 1) {
    signal.throwIfAborted();
    if (await ask(server, port)) return true;
  }
  return false;
}

async function ask(server: string, port: number): Promise<boolean> {
  const [address = server] = server.split('%');
  const family = isIP(address);
  if (family === 0) return false;
  const id = randomInt(0x10000);
  const socket = createSocket(family === 6 ? 'udp6' : 'udp4');
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const limit = setTimeout(resolve, TRY_LIMIT_MS, false);
  socket.on('message', (message) => {
    if (message.length >= 12 && message.readUInt16BE(0) === id) resolve(true);
  });
  // No route, or the port is closed.
  socket.on('error', () => {
    resolve(false);
  });
  socket.once('connect', () => {
    socket.send(rootQuery(id));
  });
  socket.connect(port, server);
  const answered = await promise;
  clearTimeout(limit);
  socket.close();
  return answered;
}

function rootQuery(id: number): Buffer {
  const RECURSION_DESIRED = 0x0100;
  const TYPE_NS = 2;
  const CLASS_IN = 1;
  const message = Buffer.alloc(17);
  message.writeUInt16BE(id, 0);
  message.writeUInt16BE(RECURSION_DESIRED, 2);
  message.writeUInt16BE(1, 4);
  message.writeUInt16BE(TYPE_NS, 13);
  message.writeUInt16BE(CLASS_IN, 15);
  return message;
}
