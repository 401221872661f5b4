import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { NestExpressApplication } from '@nestjs/platform-express';

export const CREDENTIALS = { username: 'operator', password: 'correct horse' };
export const AUTHORIZATION = `Basic ${Buffer.from(`${CREDENTIALS.username}:${CREDENTIALS.password}`).toString('base64')}`;

export interface TestApp {
  readonly app: NestExpressApplication;
  url: string;
  grpcAddress: string;
  /** A copy of the workspace's definitions, free to be changed. */
  distrosPath: string;
  storagePath: string;
  request(path: string, init?: RequestInit): Promise<Response>;
  post(path: string, body: unknown, headers?: Record<string, string>): Promise<Response>;
  /**
   * Ends as on SIGTERM and starts again on the same storage.
   *
   * @param meanwhile what happens to the storage in between.
   */
  restart(meanwhile?: () => void): Promise<void>;
  close(): Promise<void>;
}

/**
 * The real application on free loopback ports, with storage of its own.
 *
 * @param environment further variables, over those of the tests.
 */
export async function startTestApp(environment: Record<string, string> = {}): Promise<TestApp> {
  const folder = mkdtempSync(join(tmpdir(), 'image-manager-api-'));
  const distrosPath = join(folder, 'distros');
  cpSync(resolve(import.meta.dirname, '../../../../distros'), distrosPath, { recursive: true });
  const [httpPort, grpcPort] = [await freePort(), await freePort()];
  Object.assign(process.env, {
    HTTP_ADDRESS: `127.0.0.1:${httpPort}`,
    HTTP_USERNAME: CREDENTIALS.username,
    HTTP_PASSWORD: CREDENTIALS.password,
    GRPC_ADDRESS: `127.0.0.1:${grpcPort}`,
    STORAGE_PATH: join(folder, 'var'),
    DISTROS_PATH: distrosPath,
    LOG_LEVEL: 'silent',
    // Not the clouds of whoever runs the tests.
    ...Object.fromEntries(
      Object.keys(process.env)
        .filter((name) => name.startsWith('OS_'))
        .map((name) => [name, '']),
    ),
    ...environment,
  });
  // Imported here: the modules read the environment as they load.
  const { createApp } = await import('../app/create-app.js');
  const { BuildQueue } = await import('../app/builder/index.js');
  const listen = async () => {
    const created = await createApp();
    await created.app.startAllMicroservices();
    await created.app.listen(httpPort, '127.0.0.1');
    return created;
  };
  let running = await listen();
  const stop = async () => {
    await running.app.get(BuildQueue).drain();
    await running.app.close();
    running.release();
  };
  const url = `http://127.0.0.1:${httpPort}`;
  const request = (path: string, init: RequestInit = {}) => {
    const headers = new Headers(init.headers);
    if (!headers.has('authorization')) headers.set('authorization', AUTHORIZATION);
    return fetch(`${url}${path}`, { ...init, headers });
  };
  return {
    get app() {
      return running.app;
    },
    url,
    grpcAddress: `127.0.0.1:${grpcPort}`,
    distrosPath,
    storagePath: join(folder, 'var'),
    request,
    post: (path, body, headers = {}) =>
      request(path, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: typeof body === 'string' ? body : JSON.stringify(body),
      }),
    restart: async (meanwhile) => {
      await stop();
      meanwhile?.();
      running = await listen();
    },
    close: async () => {
      // What a failed test left running would outlive it.
      await running.app.get(BuildQueue).cancelAll();
      await stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => {
        if (address && typeof address === 'object') resolve(address.port);
        else reject(new Error('no port'));
      });
    });
  });
}
