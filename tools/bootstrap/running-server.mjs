import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * The server that owns this storage, as it says in `<STORAGE_PATH>/server.json`, if it is alive.
 *
 * @param {string} storagePath
 * @returns {{ pid: number, startTime: string, url: string } | undefined}
 */
export function findRunningServer(storagePath) {
  let record;
  try {
    record = JSON.parse(readFileSync(join(storagePath, 'server.json'), 'utf8'));
  } catch {
    return undefined;
  }
  // A pid alone may have been given to another process since.
  return processStartTime(record.pid) === String(record.startTime) ? record : undefined;
}

/**
 * Field 22 of /proc/<pid>/stat (proc(5)): clock ticks between boot and the process's start. Undefined for a process that
 * is gone or a zombie.
 */
export function processStartTime(pid) {
  let stat;
  try {
    stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch {
    return undefined;
  }
  // The second field, the program's name in brackets, may hold spaces and brackets itself.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return fields[0] === 'Z' || fields[0] === 'X' ? undefined : fields[19];
}
