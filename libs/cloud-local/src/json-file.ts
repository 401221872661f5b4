import { randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { open, readdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { z } from 'zod';
import { asFullDisk } from './full-disk.js';

/** A JSON file that is not what we wrote, or that the disk does not give back. */
export class DamagedFileError extends Error {
  override readonly name = 'DamagedFileError';
}

/**
 * Replaces the file as a whole: whoever reads it, also after a crash or a power failure, finds the old content or the
 * new one. Mode 0600.
 *
 * @throws CloudError NO_CAPACITY when the disk is full.
 */
export async function writeJsonFile(path: string, value: unknown): Promise<void> {
  const temporary = `${path}.${randomUUID()}.tmp`;
  try {
    const file = await open(temporary, 'wx', 0o600);
    try {
      await file.writeFile(`${JSON.stringify(value, undefined, 2)}\n`);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw asFullDisk(error, dirname(path)) ?? error;
  }
  await syncDirectory(dirname(path));
}

/** Removes what writes of this file left when their process died in the middle. Nobody may be writing it meanwhile. */
export async function removeUnfinished(directory: string, fileName: string): Promise<void> {
  for (const name of await readdir(directory)) {
    if (name.startsWith(`${fileName}.`) && name.endsWith('.tmp')) await rm(join(directory, name));
  }
}

/** Makes a rename in this directory last through a power failure. */
export async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path, 'r');
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}

/**
 * @returns undefined when there is no such file.
 * @throws DamagedFileError when it cannot be read, is not JSON or does not fit the schema.
 */
export async function readJsonFile<T>(path: string, schema: z.ZodType<T>): Promise<T | undefined> {
  let text: string;
  try {
    text = await readRegularFile(path);
  } catch (error) {
    if (isMissing(error)) return undefined;
    if (!isOfThisFile(error)) throw error;
    throw new DamagedFileError(`${path} cannot be read: ${(error as Error).message}`, { cause: error });
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new DamagedFileError(`${path} is not JSON`, { cause: error });
  }
  const parsed = schema.safeParse(value);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw new DamagedFileError(`${path}: ${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`);
  }
  return parsed.data;
}

async function readRegularFile(path: string): Promise<string> {
  // Opened without it, a FIFO waits for a writer for ever.
  const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    if (!(await file.stat()).isFile()) {
      throw Object.assign(new Error('it is no regular file'), { code: 'EISDIR' });
    }
    return await file.readFile('utf8');
  } finally {
    await file.close();
  }
}

/** Not what passes, such as too many open files: that is no word on what the file holds. */
function isOfThisFile(error: unknown): boolean {
  return /^(EISDIR|ELOOP|EIO|EACCES|EPERM|ENXIO)$/.test(codeOf(error) ?? '');
}

/** Whether a file operation failed because there is nothing at the path. */
export function isMissing(error: unknown): boolean {
  const code = codeOf(error);
  return code === 'ENOENT' || code === 'ENOTDIR';
}

function codeOf(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException | null)?.code;
}
