import { setTimeout as sleep } from 'node:timers/promises';
import { CloudError } from '@image-manager/cloud';
import { isAlive, type ProcessIdentity } from './process-identity.js';

const POLL_MS = 25;
/** How long a killed process may take to vanish; one that hangs in the kernel takes for ever. */
const KILL_LIMIT_MS = 10_000;

/**
 * Ends the processes: SIGTERM, and SIGKILL for those that are still there after the grace period. Resolves when all
 * are gone; those that ended meanwhile, and others that were given their pids, are left alone.
 *
 * @throws CloudError UNKNOWN (fault `host`) when one survives even that.
 */
export async function endProcesses(processes: readonly ProcessIdentity[], graceMs: number): Promise<void> {
  await signalAll(processes, 'SIGTERM');
  let left = await waitUntilGone(processes, graceMs);
  if (left.length === 0) return;
  await signalAll(left, 'SIGKILL');
  left = await waitUntilGone(left, KILL_LIMIT_MS);
  if (left.length > 0) {
    const pids = left.map(({ pid }) => pid).join(', ');
    throw new CloudError('UNKNOWN', 'host', `Process ${pids} does not end although it was killed`, {
      advice: 'It most likely waits for a disk that does not answer; look at the kernel log.',
    });
  }
}

async function signalAll(processes: readonly ProcessIdentity[], signal: NodeJS.Signals): Promise<void> {
  for (const identity of processes) {
    if (!(await isAlive(identity))) continue;
    try {
      process.kill(identity.pid, signal);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
  }
}

async function waitUntilGone(
  processes: readonly ProcessIdentity[],
  limitMs: number,
): Promise<ProcessIdentity[]> {
  const deadline = performance.now() + limitMs;
  let left = [...processes];
  for (;;) {
    const alive = await Promise.all(left.map(isAlive));
    left = left.filter((_, index) => alive[index]);
    if (left.length === 0 || performance.now() >= deadline) return left;
    await sleep(POLL_MS);
  }
}
