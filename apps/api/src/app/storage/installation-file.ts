import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** What of an installation outlives its database. */
export interface InstallationRecord {
  /** Marks what the installation made in the clouds: it is to be known for ours whatever becomes of the database. */
  id: string;
  /** How many databases began here, empty or as a restored backup; each gives its builds numbers of its own. */
  databases: number;
}

/** More builds than a database ever sees: those of the next one begin where none of this one's number was given out. */
export const NUMBERS_OF_A_DATABASE = 10_000;

const FILE = 'installation.json';
/** Made on first start, after the database; storages of before `installation.json` are known by it. */
const CERTIFICATE = join('tls', 'grpc.json');
const CONSENT = 'new-database';

/** The database is gone from a storage that had one; an empty one in its place would hide that. */
export class MissingDatabaseError extends Error {
  override readonly name = 'MissingDatabaseError';
  constructor(path: string, storagePath: string) {
    super(
      `The database ${path} is missing, although ${storagePath} has been in use: put it back or restore a backup (README, Backup). To begin with an empty one: ${beginAnew(storagePath)}.`,
    );
  }
}

/** What an operator runs to have an empty database where there was another. */
export function beginAnew(storagePath: string): string {
  return `touch ${join(storagePath, CONSENT)}, and start again`;
}

/** Whether a database has been here, and nobody asked for a new one. */
export function hadDatabase(storagePath: string): boolean {
  const traces = [FILE, CERTIFICATE].some((name) => existsSync(join(storagePath, name)));
  return traces && !existsSync(join(storagePath, CONSENT));
}

/** The new database stands: the next one that is missing is a mishap again. */
export function withdrawConsent(storagePath: string): void {
  rmSync(join(storagePath, CONSENT), { force: true });
}

/** @returns undefined when there is none, or none that can be read. */
export function readInstallation(storagePath: string): InstallationRecord | undefined {
  try {
    const { id, databases } = JSON.parse(
      readFileSync(join(storagePath, FILE), 'utf8'),
    ) as Partial<InstallationRecord>;
    if (typeof id === 'string' && id !== '' && Number.isSafeInteger(databases)) {
      return { id, databases: Number(databases) };
    }
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== undefined && code !== 'ENOENT') throw error;
  }
  return undefined;
}

export function writeInstallation(storagePath: string, record: InstallationRecord): void {
  const path = join(storagePath, FILE);
  writeFileSync(`${path}.new`, JSON.stringify(record), { mode: 0o600 });
  renameSync(`${path}.new`, path);
}

/** One more database begins. @returns how many there were before. */
export function countDatabase(storagePath: string): number {
  const record = readInstallation(storagePath);
  if (!record) return 0;
  writeInstallation(storagePath, { ...record, databases: record.databases + 1 });
  return record.databases;
}
