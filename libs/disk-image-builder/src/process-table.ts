import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** A line of the process table; zombies are left out, they run no more. */
export interface ProcessEntry {
  pid: number;
  group: number;
  session: number;
  /** Clock ticks after boot, field 22 of /proc/<pid>/stat (proc(5)). */
  startTime: string;
}

/** @returns undefined when there is no such process or it is a zombie. */
export function findProcess(pid: number): ProcessEntry | undefined {
  let stat: string;
  try {
    stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch {
    return undefined;
  }
  // The second field is the command's name in parentheses and may hold blanks and parentheses itself.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [state, , group, session] = fields;
  const startTime = fields[19];
  if (!startTime || state === 'Z' || state === 'X') return undefined;
  return { pid, group: Number(group), session: Number(session), startTime };
}

export function listProcesses(): ProcessEntry[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((name) => findProcess(Number(name)))
    .filter((entry) => entry !== undefined);
}

function isBelow(path: string, directory: string): boolean {
  return path === directory || path.startsWith(`${directory}/`);
}

function readLink(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    // Gone meanwhile, or not ours to look into.
    return '';
  }
}

function readEnvironment(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'utf8');
  } catch {
    return '';
  }
}

/**
 * Processes that live in a directory: root or working directory inside it, or marked with `marker` (a whole
 * `NAME=value`) in the environment they were started with. This process is never among them.
 */
export function findProcessesOf(directory: string, marker: string): ProcessEntry[] {
  return listProcesses().filter(
    ({ pid }) =>
      pid !== process.pid &&
      (isBelow(readLink(`/proc/${pid}/root`), directory) ||
        isBelow(readLink(`/proc/${pid}/cwd`), directory) ||
        readEnvironment(pid).split('\0').includes(marker)),
  );
}
