import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { CloudError, type CloudImage } from '@image-manager/cloud';
import { cancelled, throwIfCancelled } from '../cancellation.js';
import { endProcesses } from '../end-processes.js';
import { fullDisk, saysFullDisk } from '../full-disk.js';
import { readVirtualSize } from '../images/inspect-image.js';
import type { LocalCloudSettings } from '../options.js';
import type { ProcessIdentity } from '../process-identity.js';
import { runProgram } from '../run-program.js';
import type { AcceleratorChoice } from './accelerator.js';
import { writeConfigDrive } from './config-drive.js';
import { macAddressOf, serverArguments, type Accelerator } from './qemu-arguments.js';
import { startQemu, type QemuProcess } from './qemu-process.js';
import { queryRunState } from './qmp.js';
import { SERVER_FILES } from './server-record.js';

const GIB = 1024 ** 3;
/** From QEMU's start to its first answer; a fraction of a second on an idle machine. */
const START_LIMIT_MS = 30_000;
const POLL_MS = 25;

export interface ServerPlan {
  serverId: string;
  serverName: string;
  /** The server's folder, absolute. */
  folder: string;
  image: CloudImage;
  /** The image's bytes, absolute. */
  imageFile: string;
  metadata: Record<string, string>;
  userData: string;
}

/**
 * Makes a server's disk and config drive, chooses the accelerator and starts QEMU.
 *
 * @throws CloudError INVALID when image and flavor do not fit, UNKNOWN with QEMU's words when it does not start,
 *   NO_CAPACITY when the disk is full, CANCELLED; no process of it is left then.
 */
export async function launchServer(
  settings: LocalCloudSettings,
  accelerators: AcceleratorChoice,
  plan: ServerPlan,
  signal: AbortSignal,
): Promise<{ process: ProcessIdentity; accelerator: Accelerator }> {
  const { serverId, folder } = plan;
  const macAddress = macAddressOf(serverId);
  await makeDisk(settings, plan, signal);
  await writeConfigDrive(join(folder, SERVER_FILES.configDrive), { ...plan, macAddress }, signal);
  const accelerator = await accelerators.choose(plan, signal);
  throwIfCancelled(signal, `Starting server ${serverId}`);
  const { flavor, grpcTarget } = settings;
  const args = serverArguments({ serverId, flavor, accelerator, macAddress, grpcTarget });
  const qemu = await startQemu(settings.qemuBinary, args, folder, SERVER_FILES.qemuLog);
  try {
    return { process: await untilSetUp(qemu, folder, signal), accelerator };
  } catch (error) {
    await endProcesses(qemu.identity ? [qemu.identity] : [], 0);
    throw error;
  }
}

/** An overlay of the flavor's size; the image's own bytes are never written to. */
async function makeDisk(settings: LocalCloudSettings, plan: ServerPlan, signal: AbortSignal): Promise<void> {
  const { image, imageFile, folder } = plan;
  const diskGb = settings.flavor.diskGb;
  const needed = await readVirtualSize(settings.qemuImgBinary, imageFile, image.diskFormat, signal);
  if (needed > diskGb * GIB) {
    throw new CloudError(
      'INVALID',
      'image',
      `The image's disk of ${(needed / GIB).toFixed(1)} GiB does not fit flavor ${settings.flavor.name} with ${diskGb} GiB`,
    );
  }
  await runProgram(
    settings.qemuImgBinary,
    ['create', '-q', '-f', 'qcow2', '-b', imageFile, '-F', image.diskFormat, SERVER_FILES.disk, `${diskGb}G`],
    { cwd: folder, signal },
  );
}

async function untilSetUp(qemu: QemuProcess, folder: string, signal: AbortSignal): Promise<ProcessIdentity> {
  const deadline = performance.now() + START_LIMIT_MS;
  for (;;) {
    if (qemu.ended) {
      const words = await qemu.words();
      if (saysFullDisk(words)) throw fullDisk(folder);
      throw new CloudError('UNKNOWN', 'host', `QEMU did not start: ${words}`);
    }
    if (qemu.identity && (await queryRunState(folder)) !== undefined) return qemu.identity;
    if (performance.now() >= deadline) {
      throw new CloudError('TIMEOUT', 'host', `QEMU is not set up after ${START_LIMIT_MS / 1000} s`);
    }
    await sleep(POLL_MS, undefined, { signal }).catch(() => {
      throw cancelled(signal, 'Starting QEMU');
    });
  }
}
