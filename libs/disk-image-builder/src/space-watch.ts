import { statfs } from 'node:fs/promises';
import { findMountsBelow, type Mount } from './mounts.js';

/** A file system that a build writes to, at the moment when it had least room. */
export interface BuildSpace {
  /** `memory`: DIB's tmpfs; `image`: one inside the image; `disk`: that of the work directory. */
  kind: 'memory' | 'image' | 'disk';
  /** Where it is mounted; of the disk the work directory. */
  path: string;
  sizeBytes: number;
  freeBytes: number;
}

/** A tree of some hundred megabytes fills a small tmpfs within half a second; a look costs a tenth of a millisecond. */
const LOOK_EVERY_MS = 100;
/** What is left of a file system that is full: too little for anything that a build writes. */
export const NO_SPACE_BYTES = 1024 ** 2;

/**
 * Remembers how full the file systems of a build became. When it fails, DIB removes what filled them and unmounts them
 * within a second or two, and then nobody can tell any more which one was too small.
 */
export class SpaceWatch {
  private readonly least = new Map<string, BuildSpace>();
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly workDirectory: string) {}

  start(): void {
    this.timer = setInterval(() => void this.look(), LOOK_EVERY_MS);
    this.timer.unref();
  }

  stop(): void {
    clearInterval(this.timer);
  }

  /** The one that had least room left; undefined when nothing was seen. */
  fullest(): BuildSpace | undefined {
    return [...this.least.values()].sort((a, b) => a.freeBytes - b.freeBytes)[0];
  }

  /** Whether the file system of the work directory had no room left at some moment. */
  isDiskFull(): boolean {
    const disk = this.least.get(this.workDirectory);
    return disk !== undefined && disk.freeBytes < NO_SPACE_BYTES;
  }

  async look(): Promise<void> {
    await this.measure(this.workDirectory, 'disk');
    const seen = new Set<string>();
    for (const mount of await findMountsBelow(this.workDirectory).catch(() => [])) {
      const kind = kindOf(mount);
      // A file system that is bound to a second place is the same one.
      if (kind === undefined || seen.has(mount.device)) continue;
      seen.add(mount.device);
      await this.measure(mount.path, kind);
    }
  }

  private async measure(path: string, kind: BuildSpace['kind']): Promise<void> {
    // It can be unmounted between the look at the table and this one.
    const found = await statfs(path).catch(() => undefined);
    if (!found || found.blocks === 0) return;
    const now = { kind, path, sizeBytes: found.blocks * found.bsize, freeBytes: found.bavail * found.bsize };
    const before = this.least.get(path);
    if (!before || now.freeBytes < before.freeBytes) this.least.set(path, now);
  }
}

/** Undefined for the kernel's own file systems and what is bound in from the host. */
function kindOf({ type, source, path }: Mount): BuildSpace['kind'] | undefined {
  if (/\/dib_(build|image)\.[^/]+$/.test(path) && type === 'tmpfs') return 'memory';
  return /^\/dev\/(mapper\/)?loop/.test(source) ? 'image' : undefined;
}
