import { readFileSync, rmSync } from 'node:fs';
import { rename, writeFile } from 'node:fs/promises';

/** Tells other commands on this machine that a server owns the storage, and where it is. */
export interface ServerFile {
  pid: number;
  /** Field 22 of /proc/<pid>/stat: a pid alone may have been given out again. */
  startTime: string;
  url: string;
}

export async function writeServerFile(path: string, url: string): Promise<void> {
  const content: ServerFile = { pid: process.pid, startTime: ownStartTime(), url };
  await writeFile(`${path}.new`, JSON.stringify(content), { mode: 0o600 });
  await rename(`${path}.new`, path);
}

export function removeServerFile(path: string): void {
  rmSync(path, { force: true });
}

function ownStartTime(): string {
  const stat = readFileSync('/proc/self/stat', 'utf8');
  // The command's name, in parentheses, may hold spaces: count from behind it.
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
}
