import { setTimeout as sleep } from 'node:timers/promises';
import { WORK_DIRECTORY_VARIABLE } from './dib-environment.js';
import type { DibHandle } from './dib-run.js';
import { findProcess, findProcessesOf, listProcesses, type ProcessEntry } from './process-table.js';
import { runAsRoot } from './run-command.js';

const GRACE_MS = 5_000;
const KILL_MS = 3_000;
const POLL_MS = 50;

/**
 * Ends a build's processes: those of its group and session, and every other that lives in its work directory (children
 * in the chroot that left the group). SIGTERM first, SIGKILL after five seconds; done when none is left.
 *
 * @throws Error naming the pids that survive SIGKILL for three seconds (a process in uninterruptible sleep).
 */
export async function stopDib(handle: DibHandle): Promise<void> {
  const find = () => buildProcesses(handle);
  await signalAll(find(), 'SIGTERM');
  if (await noneLeft(find, GRACE_MS)) return;
  await endAll(find);
}

/** Kills whatever lives in the directory, at once; returns how many there were. */
export async function killProcessesIn(directory: string): Promise<number> {
  const find = () => processesIn(directory);
  const count = find().length;
  if (count > 0) await endAll(find);
  return count;
}

async function endAll(find: () => ProcessEntry[]): Promise<void> {
  const end = performance.now() + KILL_MS;
  // Again and again: a process may have been forked between the look and the signal.
  while (performance.now() < end) {
    await signalAll(find(), 'SIGKILL');
    if (await noneLeft(find, POLL_MS * 2)) return;
  }
  const pids = find().map(({ pid }) => pid);
  if (pids.length > 0) throw new Error(`processes ${pids.join(', ')} do not end`);
}

function processesIn(directory: string): ProcessEntry[] {
  return findProcessesOf(directory, `${WORK_DIRECTORY_VARIABLE}=${directory}`);
}

function buildProcesses(handle: DibHandle): ProcessEntry[] {
  const supervisor = findProcess(handle.pid);
  // The number of a group that has died may be another's by now: its leader must be ours, or be gone with members left.
  const groupIsOurs = !supervisor || supervisor.startTime === handle.startTime;
  const found = new Map(processesIn(handle.workDirectory).map((entry) => [entry.pid, entry]));
  if (groupIsOurs) {
    for (const entry of listProcesses()) {
      if (entry.group === handle.pid || entry.session === handle.pid) found.set(entry.pid, entry);
    }
  }
  return [...found.values()].filter(({ pid }) => pid !== process.pid);
}

async function noneLeft(find: () => ProcessEntry[], waitMs: number): Promise<boolean> {
  const end = performance.now() + waitMs;
  for (;;) {
    if (find().length === 0) return true;
    if (performance.now() >= end) return false;
    await sleep(POLL_MS);
  }
}

async function signalAll(entries: readonly ProcessEntry[], signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
  const refused: number[] = [];
  for (const { pid } of entries) {
    try {
      process.kill(pid, signal);
    } catch (error) {
      // ESRCH: it ended by itself.
      if ((error as NodeJS.ErrnoException).code === 'EPERM') refused.push(pid);
    }
  }
  // Root's processes, where we are not root.
  if (refused.length > 0) await runAsRoot('kill', [`-${signal.slice(3)}`, ...refused.map(String)]);
}
