import { cp, mkdtemp, rm, writeFile, mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { LinuxHost } from '../linux-host.js';

const FIXTURE = join(import.meta.dirname, '../../fixtures/debian-12');

/** A copy of the faultless stand-in guest, to be broken. */
export class Guest {
  readonly host: LinuxHost;

  private constructor(readonly root: string) {
    this.host = new LinuxHost({ root });
  }

  static async make(): Promise<Guest> {
    const root = await mkdtemp(join(tmpdir(), 'image-manager-guest-'));
    await cp(FIXTURE, root, { recursive: true });
    return new Guest(root);
  }

  async write(path: string, content: string | Buffer, mode = 0o644): Promise<void> {
    const at = join(this.root, path);
    await mkdir(dirname(at), { recursive: true });
    await rm(at, { force: true });
    await writeFile(at, content, { mode });
  }

  /** Puts a program in the place of another. */
  async program(name: string, script: string): Promise<void> {
    await this.write(`bin/${name}`, `#!/bin/sh\n${script}\n`, 0o755);
  }

  async remove(path = ''): Promise<void> {
    await rm(join(this.root, path), { recursive: true, force: true });
  }
}
