import { chmodSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';

/** Another process owns the storage. */
export class StorageInUseError extends Error {
  override readonly name = 'StorageInUseError';
  constructor(readonly storagePath: string) {
    super(
      `Another Image Manager is running on ${storagePath}. Use that one, stop it, or set STORAGE_PATH to another folder.`,
    );
  }
}

/**
 * Takes the storage for this process. SQLite's exclusive lock is a lock of the operating system: it ends with the
 * process, however that ends, so that nobody has to remove a stale file.
 *
 * @returns what gives it back.
 * @throws StorageInUseError
 */
export function claimStorage(storagePath: string): () => void {
  mkdirSync(storagePath, { recursive: true });
  // It holds tokens' hashes and keys; nobody else on this machine has business in it.
  chmodSync(storagePath, 0o700);
  const lock = new Database(join(storagePath, 'lock.sqlite'), { timeout: 0 });
  try {
    lock.pragma('journal_mode = DELETE');
    lock.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    lock.close();
    const { code } = error as { code?: unknown };
    const held = typeof code === 'string' && code.startsWith('SQLITE_BUSY');
    if (held) throw new StorageInUseError(storagePath);
    if (code === 'SQLITE_NOTADB' || code === 'SQLITE_CORRUPT') {
      throw new Error(`${join(storagePath, 'lock.sqlite')} is damaged; remove it, it holds nothing`, {
        cause: error,
      });
    }
    throw error;
  }
  return () => lock.close();
}
