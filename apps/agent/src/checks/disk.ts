import { randomBytes } from 'node:crypto';
import type { Host } from '../host.js';
import { UNKNOWN_EXPECTATIONS, type CheckContext, type CheckDefinition, type Verdict } from './check.js';

const GIB = 1024 ** 3;
const MIB = 1024 ** 2;
/** What the partition table, a boot partition and the file system's own structures may take of the flavor's disk. */
const GROWN_SHARE = 0.9;
const PROBE_BYTES = 4 * MIB;
const PROBE_DIRECTORY = '/var/tmp';
const FREE_FAIL_SHARE = 0.05;
const FREE_WARN_SHARE = 0.1;
/** Of a large disk a small share is still plenty. */
const FREE_ENOUGH_BYTES = 2 * GIB;

async function rootGrown({ host, expectations }: CheckContext): Promise<Verdict> {
  const { sizeBytes } = await host.space('/');
  const diskBytes = expectations ? expectations.diskGib * GIB : await largestDisk(host);
  const figure = { figure: (sizeBytes / GIB).toFixed(1), unit: 'GiB' };
  if (diskBytes === 0) return { ...UNKNOWN_EXPECTATIONS, ...figure };
  const disk = (diskBytes / GIB).toFixed(1);
  return sizeBytes >= diskBytes * GROWN_SHARE
    ? { status: 'pass', reason: `fills the disk of ${disk} GiB`, ...figure }
    : {
        status: 'fail',
        reason: `the root file system has ${figure.figure} of the disk's ${disk} GiB`,
        ...figure,
      };
}

/** Bytes; 0 where there is no disk. */
async function largestDisk(host: Host): Promise<number> {
  let largest = 0;
  for (const name of await host.list('/sys/class/block')) {
    if (!/^([sv]d[a-z]+|nvme\d+n\d+)$/.test(name)) continue;
    // Always in units of 512 bytes, whatever the device's sectors (sysfs-block).
    largest = Math.max(largest, Number(await host.readFile(`/sys/class/block/${name}/size`)) * 512);
  }
  return largest;
}

async function write({ host }: CheckContext): Promise<Verdict> {
  const directory = await host.makeTemporaryDirectory(PROBE_DIRECTORY);
  try {
    const started = performance.now();
    const intact = await host.writeSynced(`${directory}/probe`, randomBytes(PROBE_BYTES));
    const seconds = (performance.now() - started) / 1000;
    const figure = { figure: (PROBE_BYTES / MIB / seconds).toFixed(1), unit: 'MiB/s' };
    return intact
      ? { status: 'pass', reason: `${PROBE_BYTES / MIB} MiB written, synced and read back`, ...figure }
      : { status: 'fail', reason: 'what was read back differs from what was written', ...figure };
  } finally {
    await host.remove(directory);
  }
}

async function space({ host }: CheckContext): Promise<Verdict> {
  const { sizeBytes, availableBytes, inodes, freeInodes } = await host.space('/');
  const bytesShare = availableBytes >= FREE_ENOUGH_BYTES ? 1 : availableBytes / sizeBytes;
  // Btrfs and others count no inodes.
  const inodeShare = inodes === 0 ? 1 : freeInodes / inodes;
  const share = Math.min(bytesShare, inodeShare);
  const figure = { figure: (availableBytes / GIB).toFixed(1), unit: 'GiB' };
  const left = `${percent(availableBytes / sizeBytes)} of the space and ${percent(inodeShare)} of the inodes are free`;
  if (share < FREE_FAIL_SHARE) return { status: 'fail', reason: `only ${left}`, ...figure };
  return { status: share < FREE_WARN_SHARE ? 'warn' : 'pass', reason: left, ...figure };
}

function percent(share: number): string {
  return `${(share * 100).toFixed(0)} %`;
}

export const DISK_CHECKS: readonly CheckDefinition[] = [
  { name: 'disk.root-grown', limitMs: 30_000, when: 'after-boot', run: rootGrown },
  { name: 'disk.write', limitMs: 60_000, when: 'after-boot', run: write },
  { name: 'disk.space', limitMs: 30_000, when: 'after-boot', run: space },
];
