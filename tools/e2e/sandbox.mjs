import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { cpSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onInterrupt } from '../bootstrap/interrupt-echo.mjs';
import { findRunningServer } from '../bootstrap/running-server.mjs';
import { API_ARGUMENTS, API_MAIN, PINNED_NODE, ROOT, workspaceEnvironment } from '../bootstrap/workspace.mjs';
import { createApiClient } from '../lifecycle/api-client.mjs';
import { findLeftovers } from './leftovers.mjs';
import { waitUntil } from './scenarios.mjs';

const NO_CLOUDS = { OS_AUTH_URL: '', OS_CLOUD: '', OS_CLIENT_CONFIG_FILE: '', LOCAL_CLOUD: 'auto' };

/**
 * An installation of its own: storage, image definitions, ports and password apart from the ones people use.
 * `E2E_KEEP=1` keeps its folder for a look afterwards.
 *
 * @param {{ grpcHost?: string, apiMain?: string, httpPort?: number, password?: string, signal?: AbortSignal }} [options] where
 *   agents are listened for; another build of the API; a port and a password that a person knows; what stops the server for good,
 *   without which the sandbox removes itself and ends the process at SIGINT and SIGTERM
 */
export async function createSandbox({ grpcHost = '127.0.0.1', apiMain = API_MAIN, signal, ...known } = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'image-manager-e2e-'));
  const storagePath = join(folder, 'storage');
  const distrosPath = join(folder, 'distros');
  mkdirSync(storagePath);
  cpSync(join(ROOT, 'distros'), distrosPath, { recursive: true });
  const elementsPath = join(folder, 'elements');
  for (const source of ['elements', 'tools/e2e/elements']) {
    cpSync(join(ROOT, source), elementsPath, { recursive: true });
  }
  const [httpPort, grpcPort] = [known.httpPort ?? (await freePort()), await freePort()];
  const password = known.password ?? randomBytes(15).toString('base64url');
  const credentials = { username: 'admin', password };
  const url = `http://127.0.0.1:${httpPort}`;
  const environment = workspaceEnvironment({
    STORAGE_PATH: storagePath,
    DISTROS_PATH: distrosPath,
    ELEMENTS_PATH: elementsPath,
    MAX_CONCURRENT_BUILDS: '2',
    LOG_FILE_PATH: join(folder, 'app.log'),
    HTTP_ADDRESS: `127.0.0.1:${httpPort}`,
    GRPC_ADDRESS: `${grpcHost}:${grpcPort}`,
    // Not the clouds of whoever runs this.
    ...NO_CLOUDS,
    HTTP_USERNAME: credentials.username,
    HTTP_PASSWORD: credentials.password,
  });
  let server;
  /** @type {(() => Promise<void>)[]} */
  const ends = [];

  if (signal) {
    signal.addEventListener('abort', () => {
      const stopping = Promise.all([...ends.map((end) => end()), sandbox.stopServer('SIGINT')]);
      ends.push(() => stopping.then(() => undefined));
    });
  } else {
    onInterrupt('SIGINT', () => void sandbox.remove().finally(() => process.exit(130)));
    onInterrupt('SIGTERM', () => void sandbox.remove().finally(() => process.exit(143)));
  }

  async function launch() {
    const output = openSync(join(folder, 'server.log'), 'a');
    server = spawn(PINNED_NODE, [...API_ARGUMENTS.slice(0, -1), apiMain], {
      cwd: ROOT,
      env: environment,
      stdio: ['ignore', output, output],
      // Ctrl-C is for the scenarios, which then end it in order.
      detached: true,
    });
    const started = server;
    await waitUntil(
      'the server to start',
      async () => {
        if (started.exitCode !== null || started.signalCode !== null) {
          throw new Error(
            `the server ended:\n${readFileSync(join(folder, 'server.log'), 'utf8').slice(-2000)}`,
          );
        }
        const running = findRunningServer(storagePath);
        return running?.pid === started.pid && (await fetch(`${url}/api/health`).catch(() => undefined))?.ok;
      },
      { timeoutMs: 180_000 },
    );
  }

  const sandbox = {
    folder,
    storagePath,
    distrosPath,
    environment,
    credentials,
    url,
    grpcAddress: `127.0.0.1:${grpcPort}`,
    api: createApiClient(url, credentials),
    /** Commands that are to end with the sandbox. */
    onRemove: (/** @type {() => Promise<void>} */ end) => void ends.push(end),
    serverPids: () => (server ? [server.pid] : []),

    async startServer() {
      signal?.throwIfAborted();
      await launch();
    },

    /** @param {NodeJS.Signals} name */
    async stopServer(name) {
      if (!server || server.exitCode !== null || server.signalCode !== null) return;
      const ended = new Promise((settle) => server.once('exit', settle));
      server.kill(name);
      await ended;
      server = undefined;
    },

    /** Also what a scenario that failed left running: the server carries it on, and SIGINT then cancels it. */
    async remove() {
      for (const end of ends) await end();
      if (server === undefined && findLeftovers(storagePath).length > 0) await launch();
      await sandbox.stopServer('SIGINT');
      if (!process.env.E2E_KEEP) rmSync(folder, { recursive: true, force: true });
    },
  };
  return sandbox;
}

function freePort() {
  return new Promise((settle, fail) => {
    const server = createServer();
    server.once('error', fail);
    server.listen(0, '127.0.0.1', () => {
      const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
      server.close(() => settle(port));
    });
  });
}
