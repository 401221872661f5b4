import { lstat, readdir, readFile, readlink, realpath, rm, rmdir, unlink } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';
import { listLoopDevices, listLoopDevicesBelow, type LoopDevice } from './loop-devices.js';
import { listMountsBelow } from './mounts.js';
import { runAsRoot } from './run-command.js';
import { killProcessesIn } from './stop-dib.js';
import { ARTIFACT_NAMES, mapperLinksPath } from './work-files.js';

/** What a sweep found and removed. */
export interface SweepReport {
  processesKilled: number;
  unmounted: string[];
  loopDevices: string[];
  mapperLinks: string[];
  /** Whether the work directory itself is gone. */
  directoryRemoved: boolean;
  /** What could not be removed, for a person; empty: clean. Sweeping again is always right. */
  problems: string[];
}

export interface SweepOptions {
  /** Names directly in the work directory that stay; by default an artifact. An empty list removes everything. */
  keep?: readonly string[];
}

/**
 * Removes everything that a build left on this machine, however it ended: processes, mounts, loop devices, links below
 * /dev/mapper, files. May run twice, or where nothing is left; touches nothing outside the work directory.
 */
export async function sweepDib(workDirectory: string, options: SweepOptions = {}): Promise<SweepReport> {
  const report: SweepReport = {
    processesKilled: 0,
    unmounted: [],
    loopDevices: [],
    mapperLinks: [],
    directoryRemoved: false,
    problems: [],
  };
  if (!isAbsolute(workDirectory)) throw new Error('the work directory must be an absolute path');
  const found = await lstat(workDirectory).catch(() => undefined);
  if (found === undefined) return { ...report, directoryRemoved: true };
  if (!found.isDirectory()) return removeStranger(workDirectory, report);
  const directory = await realpath(workDirectory);
  try {
    report.processesKilled = await killProcessesIn(directory);
  } catch (error) {
    report.problems.push((error as Error).message);
  }
  // Before anything is unmounted: then a backing file's path may be cut short.
  const loops = await listLoopDevicesBelow(directory);
  await unmountBelow(directory, [], report);
  await removeMapperLinks(directory, loops, report);
  await detach(loops, report);
  await unmountBelow(directory, ['-l'], report);
  await removeFiles(directory, options.keep ?? ARTIFACT_NAMES, report);
  return report;
}

/** A link or a file in the work directory's place was not made by us: what the link leads to is somebody else's. */
async function removeStranger(path: string, report: SweepReport): Promise<SweepReport> {
  try {
    await unlink(path);
    return { ...report, directoryRemoved: true };
  } catch (error) {
    return { ...report, problems: [(error as Error).message] };
  }
}

/** Without `-l` what is busy stays for the next pass, after the loop devices are detached. */
async function unmountBelow(directory: string, options: string[], report: SweepReport): Promise<void> {
  for (const mount of await listMountsBelow(directory)) {
    let result = await runAsRoot('umount', [mount]);
    if (result.code !== 0 && options.length > 0) result = await runAsRoot('umount', [...options, mount]);
    if (result.code === 0) report.unmounted.push(mount);
  }
}

async function detach(loops: readonly LoopDevice[], report: SweepReport): Promise<void> {
  for (const { name, backingFile } of loops) {
    const now = (await listLoopDevices()).find((device) => device.name === name);
    // Unmounting may have freed it, and somebody else may have it by now.
    if (now?.backingFile !== backingFile) continue;
    const result = await runAsRoot('losetup', ['-d', `/dev/${name}`]);
    if (result.code === 0) report.loopDevices.push(`/dev/${name}`);
    else report.problems.push(`/dev/${name} is still attached: ${result.stderr.trim()}`);
  }
}

/** Partitions of our loop devices: the stand-in's links, or nodes of device-mapper that kpartx made. */
async function removeMapperLinks(
  directory: string,
  loops: readonly LoopDevice[],
  report: SweepReport,
): Promise<void> {
  const ours = new Set(loops.map(({ name }) => name));
  const recorded = await recordedLinks(directory);
  const foreign = (await listLoopDevices())
    .filter(({ name }) => !ours.has(name))
    .map(({ name }) => `/dev/${name}`);
  for (const entry of await readdir('/dev/mapper').catch(() => [])) {
    const path = join('/dev/mapper', entry);
    const target = await readlink(path).catch(() => undefined);
    const disk = /^(loop\d+)p\d+$/.exec(entry)?.[1];
    const onOurDisk = disk !== undefined && ours.has(disk);
    const isOurLink = target !== undefined && recorded.get(path) === target && !foreign.includes(target);
    if (!onOurDisk && !isOurLink) continue;
    if (target === undefined || target.startsWith('../dm-')) {
      await runAsRoot('kpartx', ['-d', `/dev/${disk ?? ''}`]);
      if (await lstat(path).catch(() => undefined)) await runAsRoot('dmsetup', ['remove', '--force', entry]);
    } else {
      await unlink(path).catch(() => runAsRoot('rm', ['-f', path]));
    }
    if (await lstat(path).catch(() => undefined)) report.problems.push(`${path} is still there`);
    else report.mapperLinks.push(path);
  }
}

async function recordedLinks(directory: string): Promise<Map<string, string>> {
  const text = await readFile(mapperLinksPath(directory), 'utf8').catch(() => '');
  const links = new Map<string, string>();
  for (const line of text.split('\n')) {
    const [link, target] = line.split(' ');
    if (link && target) links.set(link, target);
  }
  return links;
}

async function removeFiles(directory: string, keep: readonly string[], report: SweepReport): Promise<void> {
  const mounts = await listMountsBelow(directory);
  if (mounts.length > 0) {
    // The chroot has the host's /dev bound into it: removing files through a mount would remove the host's.
    report.problems.push(`still mounted, so no file was removed: ${mounts.join(', ')}`);
    return;
  }
  for (const name of await readdir(directory)) {
    if (keep.includes(name)) continue;
    const path = join(directory, name);
    try {
      await rm(path, { recursive: true, force: true });
    } catch {
      const result = await runAsRoot('rm', ['-rf', '--one-file-system', '--', path], 60_000);
      if (result.code !== 0) report.problems.push(`${path}: ${result.stderr.trim()}`);
    }
  }
  report.directoryRemoved = await rmdir(directory).then(
    () => true,
    () => false,
  );
}
