import { access, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { CloudServer } from '@image-manager/cloud';
import { fullDisk } from '../full-disk.js';
import { isMissing } from '../json-file.js';
import { isAlive } from '../process-identity.js';
import { lastLines } from '../run-program.js';
import { queryRunState } from './qmp.js';
import { SERVER_FILES, type ServerRecord } from './server-record.js';

export type ObservedStatus = Pick<CloudServer, 'status' | 'fault' | 'faultOf' | 'advice'>;

const DISK_FULL = { code: 'NO_CAPACITY', fault: 'host' } as const;

/**
 * What a server's record and the process table say together. A QEMU that ended in good order (the guest powered off,
 * or somebody sent it SIGTERM) has removed its pid file: SHUTOFF. One that crashed or was killed has not: ERROR.
 *
 * @param folder the server's folder.
 * @param building whether this process is making the server now.
 */
export async function observeStatus(
  folder: string,
  record: ServerRecord,
  building: boolean,
): Promise<ObservedStatus> {
  if (record.state === 'failed') {
    const fault = record.fault ?? 'unknown';
    return { status: 'ERROR', fault, ...(record.diskFull ? { faultOf: DISK_FULL } : {}) };
  }
  if (record.state === 'building') {
    if (building) return { status: 'BUILD' };
    const { builder } = record;
    if (builder && builder.pid !== process.pid && (await isAlive(builder))) return { status: 'BUILD' };
    return { status: 'ERROR', fault: 'The manager stopped while it was making this server' };
  }
  if (record.process && (await isAlive(record.process))) {
    // QEMU stops the guest rather than telling it that the host's disk is full (werror=enospc, its default).
    if ((await queryRunState(folder)) !== 'io-error') return { status: 'ACTIVE' };
    const { message, advice } = fullDisk(folder);
    const fault = `${message}: QEMU stopped the server in the middle of a write`;
    return { status: 'ERROR', fault, faultOf: DISK_FULL, ...(advice === undefined ? {} : { advice }) };
  }
  if (!(await exists(join(folder, SERVER_FILES.pid)))) return { status: 'SHUTOFF' };
  const words = lastLines(await readText(join(folder, SERVER_FILES.qemuLog)));
  return { status: 'ERROR', fault: `QEMU ended unexpectedly${words ? `: ${words}` : ' without a word'}` };
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    (error: unknown) => {
      if (isMissing(error)) return false;
      throw error;
    },
  );
}

async function readText(path: string): Promise<string> {
  return readFile(path, 'utf8').catch((error: unknown) => {
    if (isMissing(error)) return '';
    throw error;
  });
}
