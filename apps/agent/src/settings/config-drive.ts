import type { Host } from '../host.js';
import { DOCUMENTS, parseServerFacts, type Datasource } from './datasource.js';

const LABEL = 'config-2';
/** Devices that never carry a config drive. */
const NOT_A_DRIVE = /^(loop|ram|zram|dm-|md|nbd|fd)/;
const MOUNT_LIMIT_MS = 15_000;
/** tmpfs: the drive holds a token, and no mount point is left on the disk. */
const MOUNT_PARENT = '/run';

/**
 * Reads OpenStack's config drive: a disk or CD-ROM with the file system label `config-2`. Undefined where there is none
 * (yet). https://docs.openstack.org/nova/latest/admin/config-drive.html
 */
export async function readConfigDrive(host: Host, signal?: AbortSignal): Promise<Datasource | undefined> {
  for (const name of await host.list('/sys/class/block')) {
    if (NOT_A_DRIVE.test(name)) continue;
    const device = `/dev/${name}`;
    const type = await fileSystemWithLabel(host, device);
    if (type === undefined) continue;
    const found = await readMounted(host, device, type, signal);
    if (found) return found;
  }
  return undefined;
}

/**
 * The label is read from the device itself: udev may not have made /dev/disk/by-label yet, and an image may have no blkid.
 * ISO 9660 keeps the volume id at byte 32808 (ECMA-119, 8.4.7), FAT12/16 at 43 and FAT32 at 71.
 */
async function fileSystemWithLabel(host: Host, device: string): Promise<'iso9660' | 'vfat' | undefined> {
  try {
    const iso = await host.readBytes(device, 32_768, 72);
    if (iso?.subarray(1, 6).toString('latin1') === 'CD001' && isLabel(iso.subarray(40, 72))) return 'iso9660';
    const boot = await host.readBytes(device, 0, 90);
    if (boot && (isLabel(boot.subarray(43, 54)) || isLabel(boot.subarray(71, 82)))) return 'vfat';
  } catch {
    // A device that cannot be read (a failing disk, a busy drive) is not the config drive; the next round looks again.
  }
  return undefined;
}

function isLabel(bytes: Buffer): boolean {
  // mkfs.vfat writes labels in capitals.
  return bytes.toString('latin1').trim().toLowerCase() === LABEL;
}

async function readMounted(
  host: Host,
  device: string,
  type: string,
  signal?: AbortSignal,
): Promise<Datasource | undefined> {
  const at = await host.makeTemporaryDirectory(MOUNT_PARENT);
  const options = { timeoutMs: MOUNT_LIMIT_MS, ...(signal ? { signal } : {}) };
  try {
    const mounted = await host.run(
      ['mount', '-t', type, '-o', 'ro,nosuid,nodev,noexec', device, at],
      options,
    );
    if (mounted?.code !== 0) return undefined;
    try {
      const metaData = await host.readFile(`${at}/${DOCUMENTS.metaData}`);
      if (metaData === undefined) return undefined;
      const userData = await host.readFile(`${at}/${DOCUMENTS.userData}`);
      const networkData = await host.readFile(`${at}/${DOCUMENTS.networkData}`);
      return {
        kind: 'config-drive',
        ...(userData === undefined ? {} : { userData }),
        server: parseServerFacts(metaData, networkData),
      };
    } finally {
      await host.run(['umount', at], { timeoutMs: MOUNT_LIMIT_MS });
    }
  } finally {
    await host.run(['rmdir', at], { timeoutMs: MOUNT_LIMIT_MS });
  }
}
