import type { Database } from 'better-sqlite3';

/** The database holds what this version knows nothing of. */
export class NewerDatabaseError extends Error {
  override readonly name = 'NewerDatabaseError';
  constructor(path: string, migration: string) {
    super(
      `The database ${path} was made by a newer Image Manager (${migration}), and this version could spoil it. Start that version again, or restore a backup from before it (README, Backup).`,
    );
  }
}

/**
 * Looks before the first write.
 *
 * @param known names of the migrations of this version.
 * @throws NewerDatabaseError
 */
export function assertNotNewer(database: Database, known: readonly string[]): void {
  const table = database.prepare(`SELECT 1 FROM sqlite_master WHERE name = 'migrations'`).get();
  if (table === undefined) return;
  const done = database.prepare('SELECT name FROM migrations ORDER BY timestamp').pluck().all() as string[];
  const unknown = done.find((name) => !known.includes(name));
  if (unknown !== undefined) throw new NewerDatabaseError(database.name, unknown);
}
