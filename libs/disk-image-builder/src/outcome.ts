import { readFile } from 'node:fs/promises';
import type { DibHandle } from './dib-run.js';
import { findProcess } from './process-table.js';
import { outcomePath } from './work-files.js';

/** How DIB ended; exactly one of both is set. */
export interface DibOutcome {
  exitCode: number | null;
  signal: string | null;
}

/** Whether the supervisor still runs: the pid alone may be another process's by now. A zombie does not run. */
export function isRunning(handle: Pick<DibHandle, 'pid' | 'startTime'>): boolean {
  return findProcess(handle.pid)?.startTime === handle.startTime;
}

/**
 * How the run ended. Undefined: it still runs, or it was ended together with its supervisor (SIGKILL, power loss);
 * {@link isRunning} tells which.
 */
export async function readOutcome(workDirectory: string): Promise<DibOutcome | undefined> {
  let text: string;
  try {
    text = await readFile(outcomePath(workDirectory), 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  return JSON.parse(text) as DibOutcome;
}
