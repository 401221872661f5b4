import { spawn, type ChildProcess } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  isFinal,
  type BuildView,
  type CreateBuild,
  type HealthView,
  type ImageView,
  type LogPage,
} from '@image-manager/contracts';
import { nextLook } from './next-look.js';
import { AUTHORIZATION, CREDENTIALS, freePort } from './test-app.js';

const WORKSPACE = resolve(import.meta.dirname, '../../../..');
/** Three minutes for seconds, as the machine may be busy. */
const PATIENCE_MS = 180_000;

/**
 * The built API as a process of its own, which can be killed. Builds take seconds: disk-image-create is a stand-in.
 */
export class ApiProcess {
  readonly storagePath: string;
  private child: ChildProcess | undefined;
  private output = '';

  private constructor(
    private readonly folder: string,
    private readonly environment: NodeJS.ProcessEnv,
    readonly url: string,
    readonly grpcAddress: string,
  ) {
    this.storagePath = join(folder, 'var');
  }

  /**
   * @param environment further variables, over those of the tests.
   * @param options `logInStorage`: on the same disk as all the rest, as it is by default.
   */
  static async create(
    environment: Record<string, string> = {},
    { logInStorage = false }: { logInStorage?: boolean } = {},
  ): Promise<ApiProcess> {
    const folder = mkdtempSync(join(tmpdir(), 'image-manager-process-'));
    cpSync(join(WORKSPACE, 'distros'), join(folder, 'distros'), { recursive: true });
    const [httpPort, grpcPort] = [await freePort(), await freePort()];
    const standIns = resolve(import.meta.dirname, 'stand-ins/bin');
    return new ApiProcess(
      folder,
      {
        ...process.env,
        PATH: `${standIns}${delimiter}${process.env['PATH'] ?? ''}`,
        HTTP_ADDRESS: `127.0.0.1:${httpPort}`,
        HTTP_USERNAME: CREDENTIALS.username,
        HTTP_PASSWORD: CREDENTIALS.password,
        GRPC_ADDRESS: `127.0.0.1:${grpcPort}`,
        STORAGE_PATH: join(folder, 'var'),
        DISTROS_PATH: join(folder, 'distros'),
        LOG_FILE_PATH: join(folder, logInStorage ? 'var/log' : '', 'app.log'),
        // Any program will do: nobody starts it.
        AGENT_BINARY: process.execPath,
        ...environment,
      },
      `http://127.0.0.1:${httpPort}`,
      `127.0.0.1:${grpcPort}`,
    );
  }

  /** What builds that are created from now on go by. */
  editDefinition(edit: (text: string) => string): void {
    const path = join(this.folder, 'distros/debian-12.yaml');
    writeFileSync(path, edit(readFileSync(path, 'utf8')));
  }

  async start(): Promise<void> {
    const child = spawn(process.execPath, [join(WORKSPACE, 'dist/apps/api/main.js')], {
      cwd: WORKSPACE,
      env: this.environment,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.child = child;
    for (const stream of [child.stdout, child.stderr]) {
      stream.on(
        'data',
        (chunk: Buffer) => (this.output = `${this.output}${chunk.toString()}`.slice(-20_000)),
      );
    }
    for (const begin = performance.now(); performance.now() - begin < PATIENCE_MS;) {
      if (child.exitCode !== null) throw new Error(`the API ended (${child.exitCode}):\n${this.output}`);
      const health = await fetch(`${this.url}/api/health`).catch(() => undefined);
      if (health?.ok) return;
      await nextLook(begin);
    }
    throw new Error(`the API did not start:\n${this.output}`);
  }

  /** At once: from the call on, nothing more comes from it. */
  kill(): void {
    this.child?.kill('SIGKILL');
  }

  /** As a service manager does it; @returns the exit status, or the signal that ended it. */
  async stop(): Promise<number | NodeJS.Signals | null> {
    this.child?.kill('SIGTERM');
    await this.ended();
    return this.child?.exitCode ?? this.child?.signalCode ?? null;
  }

  /** SIGTERM; resolves when it has been heard, not when the process has ended. */
  async terminate(): Promise<void> {
    this.child?.kill('SIGTERM');
    for (let tries = 0; tries < 600; tries += 1) {
      const health = await fetch(`${this.url}/api/health`)
        .then((response) => response.json() as Promise<HealthView>)
        .catch(() => undefined);
      if (health?.status !== 'ok') return;
      await sleep(10);
    }
    throw new Error('the API does not hear SIGTERM');
  }

  get pid(): number | undefined {
    return this.child?.pid;
  }

  get exitCode(): number | null {
    return this.child?.exitCode ?? null;
  }

  async ended(): Promise<void> {
    const { child } = this;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    await new Promise((settle) => child.once('exit', settle));
  }

  /** @param before what has to go before its folder can. */
  async close(before?: () => void): Promise<void> {
    // Ctrl-C: what a failed test left running is cancelled and tidied away.
    this.child?.kill('SIGINT');
    await this.ended();
    before?.();
    rmSync(this.folder, { recursive: true, force: true });
  }

  async create(fields: Partial<CreateBuild> = {}): Promise<number> {
    const build = await this.post<BuildView>('/builds', { distroId: 'debian-12', ...fields });
    return build.id;
  }

  build(id: number): Promise<BuildView> {
    return this.get(`/builds/${id}`);
  }

  async finished(id: number): Promise<BuildView> {
    for (const begin = performance.now(); performance.now() - begin < PATIENCE_MS;) {
      const build = await this.build(id);
      if (isFinal(build.status)) return build;
      await nextLook(begin);
    }
    throw new Error(`build ${id} did not end:\n${this.output}`);
  }

  images(cloud: string): Promise<ImageView[]> {
    return this.get(`/clouds/${cloud}/images`);
  }

  log(id: number): Promise<LogPage> {
    return this.get(`/builds/${id}/log?limit=5000`);
  }

  async get<T>(path: string): Promise<T> {
    const response = await fetch(`${this.url}/api${path}`, { headers: { authorization: AUTHORIZATION } });
    if (!response.ok) throw new Error(`GET ${path}: ${response.status} ${await response.text()}`);
    return (await response.json()) as T;
  }

  async post<T>(path: string, body: unknown): Promise<T> {
    const response = await fetch(`${this.url}/api${path}`, {
      method: 'POST',
      headers: { authorization: AUTHORIZATION, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    if (!response.ok) throw new Error(`POST ${path}: ${response.status} ${await response.text()}`);
    return (await response.json()) as T;
  }
}
