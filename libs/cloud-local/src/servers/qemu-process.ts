import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CloudError } from '@image-manager/cloud';
import { identifyProcess, type ProcessIdentity } from '../process-identity.js';
import { lastLines, programEnvironment } from '../run-program.js';

/** A QEMU that this process started and that does not need it to go on. */
export interface QemuProcess {
  /** Absent when it had ended before anybody could look. */
  identity: ProcessIdentity | undefined;
  /** Set once it has ended. */
  readonly ended: { code: number | null; signal: NodeJS.Signals | null } | undefined;
  /** What it said on standard output and error. */
  words(): Promise<string>;
}

/**
 * Starts QEMU in a session of its own, so that neither the manager's end nor a Ctrl-C in its terminal reaches it.
 *
 * @param folder its working directory.
 * @param logFile where its own words go, relative to the folder.
 * @throws CloudError INVALID (fault `host`) when the program is missing.
 */
export async function startQemu(
  binary: string,
  args: readonly string[],
  folder: string,
  logFile: string,
): Promise<QemuProcess> {
  await using log = await open(join(folder, logFile), 'a', 0o600);
  const child = spawn(binary, args, {
    cwd: folder,
    detached: true,
    env: programEnvironment(),
    stdio: ['ignore', log.fd, log.fd],
  });
  let ended: QemuProcess['ended'];
  child.once('exit', (code, signal) => {
    ended = { code, signal };
  });
  try {
    await once(child, 'spawn');
  } catch (error) {
    throw new CloudError('INVALID', 'host', `${binary} cannot be started: ${(error as Error).message}`, {
      cause: error,
    });
  }
  child.unref();
  const words = async (): Promise<string> => lastLines(await readFile(join(folder, logFile), 'utf8'));
  const identity = child.pid === undefined ? undefined : await identifyProcess(child.pid);
  return {
    identity,
    get ended() {
      return ended;
    },
    words,
  };
}
