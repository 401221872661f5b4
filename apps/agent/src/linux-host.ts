import { execFile } from 'node:child_process';
import * as fs from 'node:fs/promises';
import { constants } from 'node:fs';
import { networkInterfaces, uptime } from 'node:os';
import { dirname, join } from 'node:path';
import type {
  CommandOptions,
  CommandResult,
  FileFacts,
  FileSystemSpace,
  Host,
  NetworkAddress,
} from './host.js';

export interface LinuxHostOptions {
  /** Where `/` is; another directory stands in for a guest. Programs are then looked up in its `bin` alone. */
  root?: string;
}

const MAX_OUTPUT_BYTES = 8 * 1024 * 1024;
/** ENOMEDIUM: a CD-ROM drive without a disc. ENXIO: a device node without a device. */
const ABSENT = new Set(['ENOENT', 'ENOTDIR', 'ENOMEDIUM', 'ENXIO']);

/** The machine the agent runs on. */
export class LinuxHost implements Host {
  private readonly root: string;
  private readonly environment: NodeJS.ProcessEnv;

  constructor({ root = '/' }: LinuxHostOptions = {}) {
    this.root = root;
    this.environment =
      root === '/'
        ? { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C', HOME: '/root' }
        : { PATH: join(root, 'bin'), LC_ALL: 'C', GUEST_ROOT: root };
  }

  readFile(path: string): Promise<string | undefined> {
    return unlessAbsent(() => fs.readFile(this.at(path), 'utf8'));
  }

  readBytes(path: string, offset: number, length: number): Promise<Buffer | undefined> {
    return unlessAbsent(async () => {
      await using file = await fs.open(this.at(path), 'r');
      const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, offset);
      return buffer.subarray(0, bytesRead);
    });
  }

  async writeFile(path: string, text: string, { mode }: { mode: number }): Promise<void> {
    await fs.mkdir(dirname(this.at(path)), { recursive: true });
    await fs.writeFile(this.at(path), text, { mode });
  }

  async print(path: string, text: string): Promise<boolean> {
    // Without O_CREAT: where there is no such terminal, none is to be made. O_NOCTTY: it must not become ours.
    const flags = constants.O_WRONLY | constants.O_APPEND | constants.O_NOCTTY;
    const printed = await unlessAbsent(async () => {
      await using file = await fs.open(this.at(path), flags);
      await file.writeFile(text);
      return true;
    });
    return printed ?? false;
  }

  async list(path: string): Promise<string[]> {
    return ((await unlessAbsent(() => fs.readdir(this.at(path)))) ?? []).sort();
  }

  find(path: string): Promise<FileFacts | undefined> {
    return unlessAbsent(async () => {
      const found = await fs.lstat(this.at(path));
      const kind = found.isSymbolicLink()
        ? 'link'
        : found.isDirectory()
          ? 'directory'
          : found.isFile()
            ? 'file'
            : 'other';
      return { kind, modifiedMs: found.mtimeMs, mode: found.mode & 0o7777, sizeBytes: found.size };
    });
  }

  remove(path: string): Promise<void> {
    return fs.rm(this.at(path), { recursive: true, force: true });
  }

  async makeTemporaryDirectory(parent: string): Promise<string> {
    await fs.mkdir(this.at(parent), { recursive: true });
    const made = await fs.mkdtemp(join(this.at(parent), '.image-manager-'));
    return this.root === '/' ? made : made.slice(this.root.length);
  }

  async writeSynced(path: string, bytes: Buffer): Promise<boolean> {
    {
      await using file = await fs.open(this.at(path), 'wx', 0o600);
      await file.writeFile(bytes);
      await file.sync();
    }
    return bytes.equals(await fs.readFile(this.at(path)));
  }

  async space(path: string): Promise<FileSystemSpace> {
    const found = await fs.statfs(this.at(path));
    return {
      sizeBytes: found.blocks * found.bsize,
      availableBytes: found.bavail * found.bsize,
      inodes: found.files,
      freeInodes: found.ffree,
    };
  }

  addresses(): NetworkAddress[] {
    return Object.entries(networkInterfaces()).flatMap(([name, list]) =>
      (list ?? []).map(({ address, family, internal }) => ({ interface: name, address, family, internal })),
    );
  }

  run(
    [command, ...args]: readonly [string, ...string[]],
    { timeoutMs, signal }: CommandOptions,
  ): Promise<CommandResult | undefined> {
    const options = {
      timeout: timeoutMs,
      killSignal: 'SIGKILL' as const,
      maxBuffer: MAX_OUTPUT_BYTES,
      env: this.environment,
      ...(signal ? { signal } : {}),
    };
    return new Promise((resolve, reject) => {
      execFile(command, args, options, (error, stdout, stderr) => {
        if (!error) resolve({ code: 0, stdout, stderr });
        else if (error.code === 'ENOENT') resolve(undefined);
        else if (typeof error.code === 'number') resolve({ code: error.code, stdout, stderr });
        else if (error.killed === true && signal?.aborted !== true) resolve({ code: -1, stdout, stderr });
        else reject(new Error(`${command}: ${error.message}`, { cause: error }));
      });
    });
  }

  async httpGet(
    url: string,
    { timeoutMs, signal }: CommandOptions,
  ): Promise<{ status: number; body: string } | undefined> {
    const limit = AbortSignal.timeout(timeoutMs);
    try {
      const answer = await fetch(url, {
        redirect: 'error',
        signal: signal ? AbortSignal.any([signal, limit]) : limit,
      });
      return { status: answer.status, body: await answer.text() };
    } catch (error) {
      if (signal?.aborted === true) throw error;
      return undefined;
    }
  }

  now(): number {
    return Date.now();
  }

  uptimeMs(): number {
    return Math.round(uptime() * 1000);
  }

  private at(path: string): string {
    return this.root === '/' ? path : join(this.root, path);
  }
}

async function unlessAbsent<T>(read: () => Promise<T>): Promise<T | undefined> {
  try {
    return await read();
  } catch (error) {
    if (ABSENT.has((error as NodeJS.ErrnoException).code ?? '')) return undefined;
    throw error;
  }
}
