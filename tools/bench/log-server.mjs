import { createReadStream, existsSync } from 'node:fs';
import { createServer } from 'node:http';
import { extname, join } from 'node:path';
import { Server } from 'socket.io';
import { ROOT } from '../bootstrap/workspace.mjs';

const TYPES = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css', '.svg': 'image/svg+xml' };
const DASHBOARD = join(ROOT, 'dist/apps/dashboard');
const BEGIN = Date.parse('2026-01-01T00:00:00Z');

/**
 * The built dashboard over an API that makes up one build's log, so that what is measured is the browser alone.
 *
 * @param {number} total lines at the beginning
 */
export async function startLogServer(total) {
  const log = { total };
  const http = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://localhost');
    const json = (body) => response.setHeader('content-type', 'application/json').end(JSON.stringify(body));
    if (url.pathname === '/api/builds/1') return json(buildView(log.total));
    if (url.pathname === '/api/builds/1/log') return json(page(url.searchParams, log.total));
    if (url.pathname.startsWith('/api/')) return response.writeHead(404).end();
    const file = join(DASHBOARD, url.pathname);
    const served = extname(file) !== '' && existsSync(file) ? file : join(DASHBOARD, 'index.html');
    response.setHeader('content-type', TYPES[extname(served)] ?? 'application/octet-stream');
    createReadStream(served).pipe(response);
  });
  const sockets = new Server(http);
  sockets.on('connection', (socket) => {
    socket.on('subscribe', (_request, answer) => answer({ ok: true, lastLine: log.total }));
    socket.on('unsubscribe', (_request, answer) => answer({ ok: true, lastLine: 0 }));
  });
  await new Promise((settle) => http.listen(0, '127.0.0.1', () => settle(undefined)));
  const address = /** @type {import('node:net').AddressInfo} */ (http.address());
  return {
    url: `http://127.0.0.1:${address.port}`,
    /** So many new lines reach everyone who watches. */
    push(count) {
      const lines = Array.from({ length: count }, (_, index) => lineOf(log.total + index + 1));
      log.total += count;
      sockets.emit('log', { buildId: 1, lines });
    },
    async close() {
      await sockets.close();
    },
  };
}

function page(query, total) {
  const from = Number(query.get('from') ?? 1);
  const end = Math.min(total, from + Number(query.get('limit') ?? 1000) - 1);
  return {
    total,
    lines: Array.from({ length: Math.max(0, end - from + 1) }, (_, index) => lineOf(from + index)),
  };
}

/** One in ten is coloured, one in a hundred long. */
export function lineOf(n) {
  const colour = n % 10 === 0 ? '\u001b[1;32m' : '';
  const words = n % 100 === 0 ? 60 : 8;
  return {
    n,
    at: BEGIN + n * 10,
    stage: 'build',
    cloud: '',
    stream: 'stdout',
    text: `${colour}Setting up\u001b[0m libexample${n}:amd64 (1.${n % 97}-2) ${'processing triggers '.repeat(words)}`,
  };
}

function buildView(logLines) {
  return {
    id: 1,
    distroId: 'debian-12',
    status: 'running',
    createdAt: '2026-01-01T00:00:00Z',
    startedAt: '2026-01-01T00:00:00Z',
    clouds: ['local'],
    packages: [],
    dibArguments: [],
    definitionDigest: '',
    stages: [],
    checks: [],
    images: [],
    logLines,
    canCancel: true,
    canRetry: false,
    keepFailedServerMinutes: 0,
    canKeepServer: true,
    keptServers: [],
  };
}
