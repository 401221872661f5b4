import { hostname } from 'node:os';
import { CloudError } from '@image-manager/cloud';

const WORDS = /No space left on device|Disk quota exceeded/i;

/**
 * The failure of a file operation as the port's error, where the disk was full.
 *
 * @param folder of the file that was written; Node does not name it where a handle was written to.
 */
export function asFullDisk(error: unknown, folder: string): CloudError | undefined {
  const code = (error as NodeJS.ErrnoException | null)?.code;
  return code === 'ENOSPC' || code === 'EDQUOT' ? fullDisk(folder, { cause: error }) : undefined;
}

/** Whether a program's words say that the disk was full. */
export function saysFullDisk(words: string): boolean {
  return WORDS.test(words);
}

export function fullDisk(folder: string, { cause }: { cause?: unknown } = {}): CloudError {
  return new CloudError('NO_CAPACITY', 'host', `The disk of ${folder} on ${hostname()} is full`, {
    cause,
    advice: `Free space there (df -h ${folder} shows how much is left), or move STORAGE_PATH to a larger disk; then retry.`,
  });
}
