import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { makeFolder } from './make-folder.js';

/** Another process owns the storage. */
export class StorageInUseError extends Error {
  override readonly name = 'StorageInUseError';
  constructor(readonly storagePath: string) {
    super(
      `Another Image Manager is running on ${storagePath}. Use that one, stop it, or set STORAGE_PATH to another folder.`,
    );
  }
}

/** The file that the lock is held on cannot be used; what it guards may be as sound as ever. */
export class DamagedLockError extends Error {
  override readonly name = 'DamagedLockError';
  constructor(path: string, options?: ErrorOptions) {
    super(
      `${path} is damaged: remove it and start again. It holds nothing, and the database stays.`,
      options,
    );
  }
}

/**
 * Takes the storage for this process. SQLite's exclusive lock is a lock of the operating system: it ends with the
 * process, however that ends, so that nobody has to remove a stale file.
 *
 * @returns what gives it back.
 * @throws StorageInUseError, DamagedLockError; what the system says of the folder.
 */
export function claimStorage(storagePath: string): () => void {
  makeFolder(storagePath);
  // It holds tokens' hashes and keys; nobody else on this machine has business in it.
  chmodSync(storagePath, 0o700);
  const path = join(storagePath, 'lock.sqlite');
  const lock = new Database(path, { timeout: 0 });
  try {
    lock.pragma('journal_mode = DELETE');
    lock.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    lock.close();
    const { code } = error as { code?: unknown };
    const held = typeof code === 'string' && code.startsWith('SQLITE_BUSY');
    if (held) throw new StorageInUseError(storagePath);
    if (code === 'SQLITE_NOTADB' || code === 'SQLITE_CORRUPT') {
      throw new DamagedLockError(path, { cause: error });
    }
    throw error;
  }
  return () => lock.close();
}
