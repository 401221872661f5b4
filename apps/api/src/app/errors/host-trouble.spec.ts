import { execFileSync } from 'node:child_process';
import {
  mkdtempSync,
  openSync,
  closeSync,
  readSync,
  rmSync,
  rmdirSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { CloudError } from '@image-manager/cloud';
import { hostTroubleOf, type HostTrouble } from './host-trouble.js';

/** What Node throws, from the kernel of this machine. */
function errorOf(action: () => void): unknown {
  try {
    action();
  } catch (error) {
    return error;
  }
  throw new Error('It did not fail');
}

const withPath = (error: unknown, path: string): Error => Object.assign(error as Error, { path });

function expectTrouble(found: HostTrouble | undefined, code: string, message: string, advice: string): void {
  expect(found?.code).toBe(code);
  expect(found?.message).toContain(message);
  expect(found?.advice).toContain(advice);
}

describe('hostTroubleOf', () => {
  it('says which disk is full, on which machine, and how to look', () => {
    const error = errorOf(() => {
      writeFileSync('/dev/full', 'x');
    });
    expect(hostTroubleOf(withPath(error, '/srv/images/data'))).toEqual({
      code: 'HOST_NO_SPACE',
      message: `The disk of /srv/images on ${hostname()} is full`,
      advice: 'Free space there (df -h /srv/images shows how much is left), then retry.',
    });
    expect(
      hostTroubleOf(
        errorOf(() => {
          writeFileSync('/dev/full', 'x');
        }),
      )?.message,
    ).toBe(`A disk on ${hostname()} is full`);
  });

  it('finds it behind what an adapter or the database says', () => {
    const cause = errorOf(() => {
      unlinkSync('/sys/kernel/notes');
    });
    const trouble = hostTroubleOf(new CloudError('UNKNOWN', 'host', 'It failed', { cause }));
    expectTrouble(
      trouble,
      'HOST_NOT_PERMITTED',
      `/sys/kernel/notes on ${hostname()} is not permitted to the user`,
      'lsattr',
    );
    const full = new CloudError('NO_CAPACITY', 'host', 'The disk of /srv on x is full', {
      advice: 'Free it.',
    });
    expect(hostTroubleOf(full)).toEqual({
      code: 'HOST_NO_SPACE',
      message: 'The disk of /srv on x is full',
      advice: 'Free it.',
    });
    // A cloud that has no room is that cloud's affair.
    expect(hostTroubleOf(new CloudError('NO_CAPACITY', 'cloud', 'No valid host'))).toBeUndefined();
  });

  it('names a disk that answers with errors', () => {
    const memory = openSync('/proc/self/mem', 'r');
    const error = errorOf(() => {
      readSync(memory, Buffer.alloc(1), 0, 1, 0);
    });
    closeSync(memory);
    expectTrouble(
      hostTroubleOf(withPath(error, '/srv/images/data')),
      'HOST_IO_ERROR',
      `/srv/images/data on ${hostname()} cannot be read or written`,
      'smartctl',
    );
  });

  it('names a file system that became read-only', () => {
    const folder = mkdtempSync(join(tmpdir(), 'image-manager-read-only-'));
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'ro', 'tmpfs', folder]);
    const error = errorOf(() => {
      writeFileSync(join(folder, 'file'), 'x');
    });
    execFileSync('umount', [folder]);
    rmdirSync(folder);
    expectTrouble(
      hostTroubleOf(error),
      'HOST_READ_ONLY',
      `${folder}/file on ${hostname()} cannot be written: its file system is read-only`,
      'remount',
    );
  });

  it('leaves alone what is not about this machine’s files', () => {
    const refused = Object.assign(new Error('connect EACCES'), { code: 'EACCES', syscall: 'connect' });
    expect(hostTroubleOf(new Error('fetch failed', { cause: refused }))).toBeUndefined();
    expect(
      hostTroubleOf(
        errorOf(() => {
          rmSync('/nothing/there');
        }),
      ),
    ).toBeUndefined();
  });
});
