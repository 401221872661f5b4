import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, mkdtempSync, rmSync, statfsSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const MIB = 1024 ** 2;

/** A large file leaves some blocks that its own extents have no use for, and a small one has: those take small files. */
const FILL = `
mkdir -p "$2"
fallocate -l "$1" "$2/large"
cat /dev/zero >>"$2/large"
small=$(mktemp -u "$2/XXXXXX")
number=0
while printf x >"$small.$number"; do number=$((number + 1)); done
`;

/** FITHAW and FIFREEZE (ioctl_fsfreeze of linux/fs.h) at once: what waits to write gets through, and nothing after it. */
const STEP =
  'open(D, "<", $ARGV[0]) or die $!; ioctl(D, 0xC0045878, 0) or die $!; ioctl(D, 0xC0045877, 0) or die $!';

/** @throws Error naming what the tests need. */
export function requireRoot(): void {
  if (process.getuid?.() === 0) return;
  throw new Error('The fault matrix mounts disks of its own and lets them hang: run it as root.');
}

/**
 * A disk that can hang: a file with ext4 in it, frozen as a whole. What reads goes on; what writes waits in the kernel and
 * cannot be killed, as behind a controller or a file server that does not answer.
 */
export class HangingDisk {
  private hangs = false;

  private constructor(
    private readonly folder: string,
    private readonly file: string,
  ) {}

  /** @param file is made for it, and gone with it. */
  static mount(folder: string, file: string, sizeMib: number): HangingDisk {
    mkdirSync(folder, { recursive: true });
    writeFileSync(file, '');
    truncateSync(file, sizeMib * MIB);
    execFileSync('mkfs.ext4', ['-q', '-m', '0', '-O', '^has_journal', file]);
    // What is written takes its blocks at once: what is full stays full.
    execFileSync('mount', ['-o', 'loop,nodelalloc', file, folder]);
    return new HangingDisk(folder, file);
  }

  hang(): void {
    execFileSync('fsfreeze', ['--freeze', this.folder]);
    this.hangs = true;
  }

  /** One write after the other, until the condition holds; then it hangs where that write ended. */
  async stepUntil(condition: () => boolean | Promise<boolean>): Promise<void> {
    const end = performance.now() + 60_000;
    while (!(await condition())) {
      if (performance.now() > end) throw new Error(`not reached: ${condition.toString()}`);
      execFileSync('perl', ['-e', STEP, this.folder]);
      // What got through has to come to its next write.
      await sleep(1);
    }
  }

  /** What is free now is taken, while it hangs and by steps, so that nothing else gets far meanwhile. */
  async fill(): Promise<void> {
    const { bavail, bsize } = statfsSync(this.folder);
    const filler = spawn('sh', ['-c', FILL, 'sh', String(Math.max(bavail * bsize - MIB, 1)), this.fillers], {
      stdio: 'ignore',
    });
    if (this.hangs) await this.stepUntil(() => filler.exitCode !== null);
    else await once(filler, 'exit');
  }

  free(): void {
    rmSync(this.fillers, { recursive: true, force: true });
  }

  private get fillers(): string {
    return join(this.folder, 'fillers');
  }

  answer(): void {
    if (this.hangs) execFileSync('fsfreeze', ['--unfreeze', this.folder]);
    this.hangs = false;
  }

  remove(): void {
    this.answer();
    execFileSync('umount', [this.folder]);
    rmSync(this.file);
  }
}

/** A disk in memory: nothing waits for writes but where a test wants it. It can become as small as what is in it. */
export class MemoryDisk {
  private constructor(
    private readonly folder: string,
    private readonly sizeMib: number,
  ) {}

  static mount(folder: string, sizeMib: number): MemoryDisk {
    mkdirSync(folder, { recursive: true });
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${sizeMib}m`, 'tmpfs', folder]);
    return new MemoryDisk(folder, sizeMib);
  }

  /** Nothing fits any more but `leftBytes`. */
  fill(leftBytes = 0): void {
    for (let tries = 0; ; tries += 1) {
      const { blocks, bfree, bsize } = statfsSync(this.folder);
      try {
        this.resize((blocks - bfree) * bsize + leftBytes);
        return;
      } catch (error) {
        // Something was written meanwhile, and it cannot become smaller than what is in it.
        if (tries === 100) throw error;
      }
    }
  }

  free(): void {
    this.resize(this.sizeMib * MIB);
  }

  /** @returns how many bytes are left. */
  left(): number {
    const { bavail, bsize } = statfsSync(this.folder);
    return bavail * bsize;
  }

  remove(): void {
    execFileSync('umount', [this.folder]);
  }

  private resize(bytes: number): void {
    execFileSync('mount', ['-o', `remount,size=${bytes}`, this.folder], { stdio: 'pipe' });
  }
}

/** What a folder holds, on a disk of its own that has no room for more; the folder is as it was once that is removed. */
export class FullFolder {
  private constructor(
    private readonly folder: string,
    private readonly place: string,
    private readonly disk: MemoryDisk,
  ) {}

  static mount(folder: string, sizeMib: number): FullFolder {
    const place = mkdtempSync(join(tmpdir(), 'image-manager-full-'));
    const disk = MemoryDisk.mount(place, sizeMib);
    cpSync(folder, place, { recursive: true });
    disk.fill();
    execFileSync('mount', ['--bind', place, folder]);
    return new FullFolder(folder, place, disk);
  }

  remove(): void {
    execFileSync('umount', [this.folder]);
    this.disk.remove();
    rmSync(this.place, { recursive: true });
  }
}
