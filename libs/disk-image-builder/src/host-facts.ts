import { readFile } from 'node:fs/promises';
import { findDibInstallation, type DibInstallation } from './dib-installation.js';
import { runCommand } from './run-command.js';

/** What this machine is like, as far as a build's arguments and environment depend on it. */
export interface HostFacts {
  /** Undefined when it is not installed. */
  dib?: DibInstallation;
  root: boolean;
  /** False in many containers and microVMs: then stand-ins replace kpartx and dmsetup. */
  deviceMapper: boolean;
  memoryAvailableBytes: number;
  memoryTotalBytes: number;
  /** Where the host's own apt takes security updates of this release from. */
  securityArchive?: string;
}

async function readMemory(): Promise<{ total: number; available: number }> {
  const text = await readFile('/proc/meminfo', 'utf8');
  const read = (key: string) => Number(new RegExp(`^${key}:\\s+(\\d+) kB`, 'm').exec(text)?.[1] ?? 0) * 1024;
  return { total: read('MemTotal'), available: read('MemAvailable') };
}

/** `dmsetup version` asks the kernel's driver; a missing tool is as good as a missing driver. */
async function hasDeviceMapper(): Promise<boolean> {
  return (await runCommand('dmsetup', ['version'])).code === 0;
}

/**
 * The security archive that the host's apt is configured to use for a release: the only mirror we can know to be
 * reachable without being told one. Whether its package lists were ever fetched does not matter.
 */
async function findSecurityArchive(release: string): Promise<string | undefined> {
  const { code, stdout } = await runCommand('apt-get', [
    // Without it apt reads all lists that it has fetched, which takes half a second of the processor.
    '-o',
    'Dir::State::lists=/nonexistent',
    'indextargets',
    '--no-release-info',
    '--format',
    '$(RELEASE) $(SITE)',
    'Created-By: Packages',
  ]);
  if (code !== 0) return undefined;
  for (const line of stdout.split('\n')) {
    const [suite, site] = line.trim().split(' ');
    if (site && suite === `${release}-security`) return site;
  }
  return undefined;
}

/** Asks the machine; takes about a tenth of a second. */
export async function readHostFacts(release: string): Promise<HostFacts> {
  const [dib, deviceMapper, memory, securityArchive] = await Promise.all([
    findDibInstallation(),
    hasDeviceMapper(),
    readMemory(),
    findSecurityArchive(release),
  ]);
  return {
    ...(dib && { dib }),
    root: process.getuid?.() === 0,
    deviceMapper,
    memoryAvailableBytes: memory.available,
    memoryTotalBytes: memory.total,
    ...(securityArchive && { securityArchive }),
  };
}
