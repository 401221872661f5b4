import { readFile, readdir } from 'node:fs/promises';
import { z } from 'zod';
import { isMissing } from './json-file.js';

/**
 * Names one process for good: pids are used again, also after a reboot, but not with the same start time on the same
 * boot.
 */
export interface ProcessIdentity {
  pid: number;
  /** Clock ticks from boot to the process's start: field 22 of /proc/<pid>/stat, see proc(5). */
  startTime: string;
  /** /proc/sys/kernel/random/boot_id */
  bootId: string;
}

export const processIdentitySchema: z.ZodType<ProcessIdentity> = z.strictObject({
  pid: z.int().positive(),
  startTime: z.string().regex(/^\d+$/),
  bootId: z.string().min(1),
});

/** @returns undefined when the process has ended, also when it only waits to be reaped (a zombie). */
export async function identifyProcess(pid: number): Promise<ProcessIdentity | undefined> {
  const startTime = await readStartTime(pid);
  return startTime === undefined ? undefined : { pid, startTime, bootId: await readBootId() };
}

export async function isAlive(identity: ProcessIdentity): Promise<boolean> {
  const now = await identifyProcess(identity.pid);
  return now?.startTime === identity.startTime && now.bootId === identity.bootId;
}

/** The processes whose command line satisfies the test. Those we may not look into are left out. */
export async function findProcesses(matches: (args: string[]) => boolean): Promise<ProcessIdentity[]> {
  const found: ProcessIdentity[] = [];
  for (const name of await readdir('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const pid = Number(name);
    const commandLine = await readProcFile(`/proc/${name}/cmdline`);
    if (!commandLine || !matches(commandLine.split('\0'))) continue;
    const identity = await identifyProcess(pid);
    if (identity) found.push(identity);
  }
  return found;
}

async function readStartTime(pid: number): Promise<string | undefined> {
  const stat = await readProcFile(`/proc/${pid}/stat`);
  // The second field is the program's name in brackets and may itself hold blanks and brackets.
  const fields = stat?.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [state, startTime] = [fields?.[0], fields?.[19]];
  return state === 'Z' || state === 'X' ? undefined : startTime;
}

async function readBootId(): Promise<string> {
  return (await readFile('/proc/sys/kernel/random/boot_id', 'utf8')).trim();
}

async function readProcFile(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    // ESRCH: it ended between open and read; EACCES: another user's.
    if (isMissing(error) || code === 'ESRCH' || code === 'EACCES') return undefined;
    throw error;
  }
}
