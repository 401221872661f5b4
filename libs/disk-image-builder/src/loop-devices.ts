import { readdir, readFile } from 'node:fs/promises';

/** An attached loop device. */
export interface LoopDevice {
  /** Such as `loop0`. */
  name: string;
  backingFile: string;
}

/** Every attached loop device of this machine, read from sysfs. */
export async function listLoopDevices(): Promise<LoopDevice[]> {
  const names = (await readdir('/sys/block')).filter((name) => /^loop\d+$/.test(name));
  const devices = await Promise.all(
    names.map(async (name) => {
      try {
        const backingFile = await readFile(`/sys/block/${name}/loop/backing_file`, 'utf8');
        // A deleted file is still attached.
        return { name, backingFile: backingFile.trimEnd().replace(/ \(deleted\)$/, '') };
      } catch {
        // Not attached.
        return undefined;
      }
    }),
  );
  return devices.filter((device) => device !== undefined);
}

export async function listLoopDevicesBelow(directory: string): Promise<LoopDevice[]> {
  return (await listLoopDevices()).filter(({ backingFile }) => backingFile.startsWith(`${directory}/`));
}
