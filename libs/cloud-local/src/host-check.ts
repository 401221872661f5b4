import { readFile, statfs } from 'node:fs/promises';
import { CloudError, type CloudNeeds, type CloudProblem } from '@image-manager/cloud';
import type { LocalCloudSettings } from './options.js';
import { INSTALL_ADVICE, runProgram } from './run-program.js';

const GIB = 1024 ** 3;
/** What a test server writes to its overlay, with room to spare. */
const OVERLAY_BYTES = GIB;
/** What QEMU takes beside the guest's memory: translated code, device buffers, relays. */
const QEMU_MEMORY_MB = 256;

/** The programs that are missing, each as a problem. */
export async function checkPrograms(
  settings: LocalCloudSettings,
  signal?: AbortSignal,
): Promise<CloudProblem[]> {
  const programs = [settings.qemuBinary, settings.qemuImgBinary, 'xorriso'];
  const problems = await Promise.all(
    programs.map(async (program): Promise<CloudProblem[]> => {
      try {
        await runProgram(program, ['--version'], signal ? { signal } : {});
        return [];
      } catch (error) {
        if (!(error instanceof CloudError) || error.code === 'CANCELLED') throw error;
        return [{ code: 'PROGRAM_MISSING', message: error.message, advice: INSTALL_ADVICE }];
      }
    }),
  );
  return problems.flat();
}

/** What this machine and the flavor lack for a build. */
export async function checkCapacity(
  settings: LocalCloudSettings,
  needs: CloudNeeds,
): Promise<CloudProblem[]> {
  const { flavor, directory } = settings;
  const problems: CloudProblem[] = [];
  if (needs.diskGb > flavor.diskGb) {
    problems.push({
      code: 'FLAVOR_DISK_TOO_SMALL',
      message: `The image needs a disk of ${needs.diskGb} GiB, flavor ${flavor.name} has ${flavor.diskGb} GiB`,
      advice: 'Make the image smaller or the flavor larger.',
    });
  }
  if (needs.memoryMb > flavor.memoryMb) {
    problems.push({
      code: 'FLAVOR_MEMORY_TOO_SMALL',
      message: `The image needs ${needs.memoryMb} MiB of memory, flavor ${flavor.name} has ${flavor.memoryMb} MiB`,
      advice: "Lower the definition's minimum memory or make the flavor larger.",
    });
  }
  const { bavail, bsize } = await statfs(directory);
  const freeBytes = bavail * bsize;
  const neededBytes = needs.imageBytes + OVERLAY_BYTES;
  if (freeBytes < neededBytes) {
    problems.push({
      code: 'HOST_NO_SPACE',
      fault: 'host',
      message: `${directory} has ${gib(freeBytes)} GiB free; the image and a server's disk need ${gib(neededBytes)} GiB`,
      advice: 'Free disk space or move STORAGE_PATH to a larger disk.',
    });
  }
  const availableMb = await readAvailableMemoryMb();
  if (availableMb < flavor.memoryMb + QEMU_MEMORY_MB) {
    problems.push({
      code: 'MEMORY_FULL',
      fault: 'host',
      message: `${availableMb} MiB of memory are available; a test server needs ${flavor.memoryMb + QEMU_MEMORY_MB} MiB`,
      advice: 'End other programs, or wait until other builds are done.',
    });
  }
  return problems;
}

/** What can be given out without swapping: MemAvailable of /proc/meminfo, see proc(5). */
async function readAvailableMemoryMb(): Promise<number> {
  const kib = /^MemAvailable:\s+(\d+) kB$/m.exec(await readFile('/proc/meminfo', 'utf8'))?.[1];
  return Math.floor(Number(kib ?? 0) / 1024);
}

function gib(bytes: number): string {
  return (bytes / GIB).toFixed(1);
}
