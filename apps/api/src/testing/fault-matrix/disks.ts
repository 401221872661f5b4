import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

const MIB = 1024 ** 2;

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
    execFileSync('mount', ['-o', 'loop', file, folder]);
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

/** A disk in memory: nothing waits for writes but where a test wants it. */
export class MemoryDisk {
  private constructor(private readonly folder: string) {}

  static mount(folder: string, sizeMib: number): MemoryDisk {
    mkdirSync(folder, { recursive: true });
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${sizeMib}m`, 'tmpfs', folder]);
    return new MemoryDisk(folder);
  }

  remove(): void {
    execFileSync('umount', [this.folder]);
  }
}
