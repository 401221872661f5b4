import { createServer, request } from 'node:http';

/**
 * A request on its way to a service. `path` is as the service sees it.
 *
 * @typedef {{ service: string, method: string, path: string, body: string }} Call
 */

/**
 * Where a call is held: `before` the service sees it, or `after` it did its work, with the answer kept back.
 *
 * @typedef {'before' | 'after'} Moment
 */

/**
 * Stands between the product and OpenStack's services: passes everything on unchanged but their addresses in the catalog,
 * which become its own, can hold one request at a chosen moment, and remembers what was called.
 *
 * @param {Record<string, string>} services address of each, without a slash at its end
 */
export async function openProxy(services) {
  /** @type {{ matches(call: Call): boolean, moment: Moment, afterBytes: number, reached(call: Call): void } | undefined} */
  let trap;
  /** @type {Call[]} */
  const calls = [];
  const sockets = new Set();

  const server = createServer((incoming, outgoing) => {
    const [, service, rest = ''] = /^\/([a-z]+)(.*)$/.exec(incoming.url ?? '') ?? [];
    const target = services[service];
    if (target === undefined) {
      outgoing.writeHead(404).end();
      return;
    }
    const call = { service, method: incoming.method ?? '', path: rest === '' ? '/' : rest, body: '' };
    const forward = request(new URL(call.path, target), {
      method: call.method,
      headers: { ...incoming.headers, host: new URL(target).host },
    });
    forward.on('error', () => outgoing.destroy());
    // What the product no longer waits for, the service must not go on with.
    outgoing.on('close', () => forward.destroy());
    forward.on('response', (answer) => passAnswer(call, answer, outgoing));
    if (call.method === 'PUT' && call.path.endsWith('/file')) passUpload(call, incoming, forward);
    else passWhole(call, incoming, forward);
  });

  /** @param {Call} call */
  function isHeld(call, moment, sent = 0) {
    const set = trap;
    if (set?.moment !== moment || sent < set.afterBytes || !set.matches(call)) return false;
    trap = undefined;
    set.reached(call);
    return true;
  }

  /** Bytes go on as they come, up to where the trap is set. */
  function passUpload(call, incoming, forward) {
    calls.push(call);
    let sent = 0;
    let held = false;
    incoming.on('data', (chunk) => {
      held ||= isHeld(call, 'before', sent + chunk.length);
      // What comes after that is read all the same: who does not read does not notice that the sender is gone.
      if (held) return;
      sent += chunk.length;
      if (!forward.write(chunk)) {
        incoming.pause();
        forward.once('drain', () => incoming.resume());
      }
    });
    incoming.on('end', () => {
      if (!held) forward.end();
    });
  }

  function passWhole(call, incoming, forward) {
    const chunks = [];
    incoming.on('data', (chunk) => chunks.push(chunk));
    incoming.on('end', () => {
      const body = Buffer.concat(chunks);
      call.body = body.toString('utf8');
      calls.push(call);
      if (!isHeld(call, 'before')) forward.end(body);
    });
  }

  function passAnswer(call, answer, outgoing) {
    const chunks = [];
    answer.on('data', (chunk) => chunks.push(chunk));
    answer.on('error', () => outgoing.destroy());
    answer.on('end', () => {
      if (isHeld(call, 'after')) return;
      let text = Buffer.concat(chunks).toString('utf8');
      for (const [name, address] of Object.entries(services))
        text = text.replaceAll(address, `${url}/${name}`);
      const headers = { ...answer.headers };
      delete headers['transfer-encoding'];
      outgoing.writeHead(answer.statusCode ?? 502, { ...headers, 'content-length': Buffer.byteLength(text) });
      outgoing.end(text);
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
    /** Every call so far, oldest first. */
    calls,
    /** @param {string} service */
    addressOf: (service) => `${url}/${service}`,
    /**
     * Holds the next call that fits, and never lets it, or its answer, go.
     *
     * @param {(call: Call) => boolean} matches
     * @param {{ moment?: Moment, afterBytes?: number }} [options] of an upload: how much of it goes through before
     * @returns {Promise<Call>} resolves when it is held
     */
    hold(matches, { moment = 'before', afterBytes = 0 } = {}) {
      return new Promise((reached) => (trap = { matches, moment, afterBytes, reached }));
    },
    /** Forgets a trap that nothing went into. */
    letGo() {
      trap = undefined;
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((settle) => server.close(() => settle(undefined)));
    },
  };
}
