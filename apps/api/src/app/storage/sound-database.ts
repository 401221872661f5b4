import { closeSync, existsSync, openSync, readSync, statSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { beginAnew, hadDatabase, MissingDatabaseError } from './installation-file.js';

export const DATABASE_FILE = 'image-manager.sqlite';

/** https://www.sqlite.org/fileformat2.html#the_database_header */
const MAGIC = 'SQLite format 3\u0000';
/**
 * Up to this size every page is looked at: a warm file of 200 MB takes less than a tenth of a second, one that comes from
 * a slow disk about three. A larger one would hold up the start.
 */
const FULL_CHECK_BYTES = 256 * 1024 ** 2;

/** The database file cannot be trusted; nothing was written to it. */
export class DamagedDatabaseError extends Error {
  override readonly name = 'DamagedDatabaseError';
  constructor(storagePath: string, problem: string, options?: ErrorOptions) {
    const path = join(storagePath, DATABASE_FILE);
    super(
      `The database ${path} is damaged (${problem}): restore a backup (README, Backup), or move the file and those beside it (${DATABASE_FILE}-*) away to begin with an empty one: ${beginAnew(storagePath)}.`,
      options,
    );
  }
}

/**
 * Looks at the database before anything opens it for writing. One that was never there is sound.
 *
 * @param storagePath whose lock this process holds.
 * @param fullCheckBytes up to this size every page is looked at.
 * @throws DamagedDatabaseError, MissingDatabaseError
 */
export function assertSoundDatabase(storagePath: string, fullCheckBytes = FULL_CHECK_BYTES): void {
  const path = join(storagePath, DATABASE_FILE);
  if (!existsSync(path)) {
    if (hadDatabase(storagePath)) throw new MissingDatabaseError(path, storagePath);
    return;
  }
  const { size } = statSync(path);
  if (size === 0) {
    // Killed in the first moment of its life; unless there was more life than that.
    if (!hadDatabase(storagePath)) return;
    throw new DamagedDatabaseError(storagePath, 'it is empty');
  }
  const header = headerOf(path);
  if (header.toString('latin1', 0, MAGIC.length) !== MAGIC) {
    throw new DamagedDatabaseError(storagePath, 'it does not begin as a SQLite database does');
  }
  // Read-only: a damaged file must not have its write-ahead log written into it.
  let database: Database.Database | undefined;
  try {
    database = new Database(path, { readonly: true, fileMustExist: true });
    if (size > fullCheckBytes) readEnds(database);
    else {
      const problem = quickCheck(database);
      if (problem !== undefined) throw new DamagedDatabaseError(storagePath, problem);
    }
  } catch (error) {
    const code = String((error as { code?: unknown }).code);
    // What an interrupted write left is taken back by the first that opens it for writing.
    if (code.startsWith('SQLITE_READONLY')) return;
    if (!code.startsWith('SQLITE_CORRUPT') && code !== 'SQLITE_NOTADB') throw error;
    throw new DamagedDatabaseError(storagePath, (error as Error).message, { cause: error });
  } finally {
    database?.close();
  }
}

function quickCheck(database: Database.Database): string | undefined {
  const [first] = database.pragma('quick_check(1)') as { quick_check: string }[];
  return first?.quick_check === 'ok' ? undefined : first?.quick_check.replaceAll(/\s+/g, ' ');
}

/** The schema, and the newest row of each table: where a file that was cut off lacks its end. */
function readEnds(database: Database.Database): void {
  const tables = database.prepare("SELECT name FROM sqlite_master WHERE type = 'table'").pluck().all();
  for (const name of tables as string[]) {
    database.prepare(`SELECT * FROM "${name}" ORDER BY rowid DESC LIMIT 1`).get();
  }
}

function headerOf(path: string): Buffer {
  const header = Buffer.alloc(MAGIC.length);
  const file = openSync(path, 'r');
  try {
    readSync(file, header, 0, header.length, 0);
  } finally {
    closeSync(file);
  }
  return header;
}
