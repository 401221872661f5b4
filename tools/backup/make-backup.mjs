import { execFile } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { Refusal } from '../bootstrap/refusal.mjs';
import { PINNED_NODE } from '../bootstrap/workspace.mjs';

const COPY = fileURLToPath(new URL('copy-database.mjs', import.meta.url));
const run = promisify(execFile);

/**
 * Copies the database of a storage, in a process of its own: SQLite's driver belongs to the pinned Node, and the copying
 * blocks its thread.
 *
 * @param {string} storagePath absolute
 * @param {string} target absolute; must not exist
 * @returns {Promise<number>} the copy's size in bytes
 * @throws Refusal
 */
export async function makeBackup(storagePath, target) {
  const source = join(storagePath, 'image-manager.sqlite');
  if (!existsSync(source)) {
    throw new Refusal(`There is no database ${source}: is STORAGE_PATH in config.env the right one?`);
  }
  // Nothing is installed here: a server may be running on what is.
  if (!existsSync(PINNED_NODE))
    throw new Refusal('The pinned Node is missing: run `npm ci`, then try again.');
  try {
    await run(PINNED_NODE, [COPY, source, target]);
  } catch (error) {
    if (typeof error.stderr !== 'string' || error.stderr.trim() === '') throw error;
    throw new Refusal(error.stderr.trim());
  }
  return statSync(target).size;
}
