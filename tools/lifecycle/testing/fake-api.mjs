import { createServer } from 'node:http';
import { Server } from 'socket.io';

/**
 * A server that speaks the API's documents and events for one build, whose course a test decides.
 *
 * @returns an object to steer it; `url` is where it listens
 */
export async function startFakeApi() {
  const build = {
    id: 7,
    distroId: 'debian-12',
    status: 'queued',
    stages: [{ stage: 'build', cloud: '', status: 'pending' }],
    checks: [],
    images: [],
    clouds: ['local'],
    logLines: 0,
  };
  const lines = [];
  const requests = [];

  const http = createServer((request, response) => {
    requests.push(`${request.method} ${request.url}`);
    const answer = (status, body) => {
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    };
    if (request.headers.authorization !== `Basic ${Buffer.from('admin:secret').toString('base64')}`) {
      return answer(401, { detail: 'Unauthorized', code: 'UNAUTHORIZED' });
    }
    const url = new URL(request.url, 'http://fake');
    if (url.pathname === '/api/distros') {
      return answer(200, [
        { id: 'debian-12', definition: {}, problems: [] },
        {
          id: 'broken',
          problems: [{ file: 'broken.yaml', line: 3, field: 'release', message: 'is missing' }],
        },
      ]);
    }
    if (url.pathname.endsWith('/log')) {
      return answer(200, {
        lines: lines.slice(Number(url.searchParams.get('from')) - 1),
        total: lines.length,
      });
    }
    if (url.pathname.endsWith('/cancel')) finish('cancelled');
    answer(200, { ...build, logLines: lines.length });
  });
  const io = new Server(http, { transports: ['websocket'] });
  io.on('connection', (socket) => {
    socket.on('subscribe', ({ buildId, fromLine }, ack) => {
      requests.push(`subscribe ${fromLine}`);
      ack({ ok: true, lastLine: lines.length });
      socket.emit('log', { buildId, lines: lines.slice(fromLine - 1) });
    });
  });
  await new Promise((settle) => http.listen(0, '127.0.0.1', () => settle()));

  const { port } = /** @type {import('node:net').AddressInfo} */ (http.address());

  function finish(status, changes = {}) {
    Object.assign(build, { status, ...changes });
    io.emit('build', { id: build.id, distroId: build.distroId, status });
  }

  return {
    url: `http://127.0.0.1:${port}`,
    build,
    requests,
    finish,
    /** Stores lines, and delivers them unless they are to be lost. */
    log(texts, { lost = false } = {}) {
      const added = texts.map((text, index) => ({
        n: lines.length + index + 1,
        at: 0,
        stage: 'build',
        cloud: '',
        stream: 'stdout',
        text,
      }));
      lines.push(...added);
      if (!lost) io.emit('log', { buildId: build.id, lines: added });
    },
    dropConnections: () => io.disconnectSockets(true),
    breakConnections: () => io.sockets.sockets.forEach((socket) => socket.conn.close()),
    close: () => io.close(),
  };
}
