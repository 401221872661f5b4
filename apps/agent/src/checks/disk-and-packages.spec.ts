import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { FileSystemSpace } from '../host.js';
import { LinuxHost } from '../linux-host.js';
import { Guest } from '../testing/guest.js';
import { EXPECTATIONS, runCheck } from '../testing/run-check.js';

let guest: Guest;

beforeEach(async () => {
  guest = await Guest.make();
});
afterEach(() => guest.remove());

const GIB = 1024 ** 3;

/** The guest with a root file system of given size; no test can resize the real one. */
function hostWith(space: Partial<FileSystemSpace>): LinuxHost {
  const host = new LinuxHost({ root: guest.root });
  const whole = {
    sizeBytes: 4.7 * GIB,
    availableBytes: 3 * GIB,
    inodes: 300_000,
    freeInodes: 250_000,
    ...space,
  };
  return Object.assign(host, { space: () => Promise.resolve(whole) });
}

describe('disk.root-grown', () => {
  it.each([
    [4.7, 'pass'],
    [1.7, 'fail'],
  ])('judges %d GiB of a disk of 5 GiB: %s', async (gib, status) => {
    const host = hostWith({ sizeBytes: gib * GIB });
    const expectations = { ...EXPECTATIONS, diskGib: 5 };
    await expect(runCheck('disk.root-grown', guest, { host, expectations })).resolves.toMatchObject({
      status,
      figure: gib.toFixed(1),
      unit: 'GiB',
    });
  });
});

describe('disk.space', () => {
  it.each([
    [{ availableBytes: 0.1 * GIB }, 'fail'],
    [{ availableBytes: 0.4 * GIB }, 'warn'],
    [{ freeInodes: 3_000 }, 'fail'],
    [{ inodes: 0, freeInodes: 0 }, 'pass'],
    [{ sizeBytes: 100 * GIB, availableBytes: 3 * GIB }, 'pass'],
  ])('judges %j: %s', async (space, status) => {
    await expect(runCheck('disk.space', guest, { host: hostWith(space) })).resolves.toMatchObject({ status });
  });
});

describe('disk.write', () => {
  it('writes, and leaves nothing behind', async () => {
    await expect(runCheck('disk.write', guest)).resolves.toMatchObject({ status: 'pass', unit: 'MiB/s' });
    expect(await readdir(join(guest.root, 'var/tmp'))).toEqual([]);
  });
});

describe('packages', () => {
  it('fails on what dpkg --audit complains of, with its first line', async () => {
    await guest.program(
      'dpkg',
      'echo "The following packages are only half configured:"; echo " openssh-server"',
    );
    await expect(runCheck('packages.dpkg-audit', guest)).resolves.toMatchObject({
      status: 'fail',
      reason: 'The following packages are only half configured:',
    });
  });

  it('fails on broken dependencies, with what apt-get says', async () => {
    await guest.program('apt-get', 'echo "E: Unmet dependencies." >&2; exit 100');
    await expect(runCheck('packages.apt-check', guest)).resolves.toMatchObject({
      status: 'fail',
      reason: 'E: Unmet dependencies.',
    });
  });

  it.each(['packages.dpkg-audit', 'packages.apt-check', 'packages.list'])(
    'skips %s without dpkg',
    async (name) => {
      for (const program of ['dpkg', 'dpkg-query', 'apt-get']) await guest.remove(`bin/${program}`);
      await expect(runCheck(name, guest)).resolves.toMatchObject({ status: 'skip' });
    },
  );
});
