import { createServer, request } from 'node:http';

/**
 * Stands between the product and Keystone and Glance: passes everything on unchanged but Glance's address in the catalog,
 * which becomes its own, and can hold one request back at a chosen moment.
 *
 * @param {{ keystone: string, glance: string }} services
 */
export async function openProxy({ keystone, glance }) {
  /** @type {{ matches(call: { method: string, path: string, body: string }): boolean, afterBytes: number, reached(): void } | undefined} */
  let trap;
  const sockets = new Set();

  const server = createServer((incoming, outgoing) => {
    const path = incoming.url ?? '/';
    const isImage = path.startsWith('/v2') || path === '/';
    const isUpload = incoming.method === 'PUT' && path.endsWith('/file');
    const forward = request(new URL(path, isImage ? glance : keystone), {
      method: incoming.method,
      headers: { ...incoming.headers, host: new URL(isImage ? glance : keystone).host },
    });
    forward.on('error', () => outgoing.destroy());
    // What the product no longer waits for, the service must not go on with.
    outgoing.on('close', () => forward.destroy());
    forward.on('response', (answer) => {
      const chunks = [];
      answer.on('data', (chunk) => chunks.push(chunk));
      answer.on('end', () => {
        const text = Buffer.concat(chunks).toString('utf8').replaceAll(glance, url);
        const headers = { ...answer.headers };
        delete headers['transfer-encoding'];
        outgoing.writeHead(answer.statusCode ?? 502, {
          ...headers,
          'content-length': Buffer.byteLength(text),
        });
        outgoing.end(text);
      });
      answer.on('error', () => outgoing.destroy());
    });
    if (isUpload) passUpload(incoming, forward, path);
    else passWhole(incoming, forward, path);
  });

  /** Bytes go on as they come, up to where the trap is set. */
  function passUpload(incoming, forward, path) {
    let sent = 0;
    incoming.on('data', (chunk) => {
      const set = trap;
      if (set && set.matches({ method: 'PUT', path, body: '' }) && sent + chunk.length > set.afterBytes) {
        trap = undefined;
        incoming.pause();
        set.reached();
        return;
      }
      sent += chunk.length;
      if (!forward.write(chunk)) {
        incoming.pause();
        forward.once('drain', () => incoming.resume());
      }
    });
    incoming.on('end', () => forward.end());
  }

  function passWhole(incoming, forward, path) {
    const chunks = [];
    incoming.on('data', (chunk) => chunks.push(chunk));
    incoming.on('end', () => {
      const body = Buffer.concat(chunks);
      const set = trap;
      if (set?.matches({ method: incoming.method ?? '', path, body: body.toString('utf8') })) {
        trap = undefined;
        set.reached();
        return;
      }
      forward.end(body);
    });
  }

  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise((settle) => server.listen(0, '127.0.0.1', () => settle(undefined)));
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  const url = `http://127.0.0.1:${port}`;

  return {
    url,
    /**
     * Holds the next request that fits back, and never lets it go.
     *
     * @param {(call: { method: string, path: string, body: string }) => boolean} matches
     * @param {{ afterBytes?: number }} [options] of an upload: how much of it goes through
     * @returns {Promise<void>} resolves when it is held
     */
    hold(matches, { afterBytes = 0 } = {}) {
      return new Promise((reached) => (trap = { matches, afterBytes, reached: () => reached() }));
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((settle) => server.close(() => settle(undefined)));
    },
  };
}
