import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { failingStart } from '../testing/failing-start.js';
import { explainStartFailure } from './start-failure.js';
import { claimStorage, DamagedLockError } from './storage/single-writer.js';

/** What a real file system or database says. */
function errorOf(work: () => unknown): Error {
  try {
    work();
  } catch (error) {
    return error as Error;
  }
  throw new Error('it did not fail');
}

const systemError = (code: string, path?: string) =>
  Object.assign(new Error(`${code}: as the system says it`), {
    code,
    ...(path === undefined ? {} : { path }),
  });

describe('what a start that failed says', () => {
  let folder: string;
  let storage: string;
  const before = process.env['STORAGE_PATH'];
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'image-manager-start-'));
    storage = join(folder, 'var');
    mkdirSync(storage);
    process.env['STORAGE_PATH'] = storage;
  });
  afterEach(() => {
    if (before === undefined) delete process.env['STORAGE_PATH'];
    else process.env['STORAGE_PATH'] = before;
    rmSync(folder, { recursive: true, force: true });
  });

  it('sends nobody to the database when the lock file is damaged', () => {
    const lock = join(storage, 'lock.sqlite');
    writeFileSync(lock, 'garbage, and enough of it to be no header of a database\n'.repeat(100));
    const error = errorOf(() => claimStorage(storage));
    expect(error).toBeInstanceOf(DamagedLockError);
    expect(explainStartFailure(error)).toBe(
      `${lock} is damaged: remove it and start again. It holds nothing, and the database stays.`,
    );
    rmSync(lock);
    claimStorage(storage)();
  });

  it('names the database and its disk when SQLite finds it full', () => {
    const database = new Database(join(folder, 'small.sqlite'));
    database.exec('CREATE TABLE t (x)');
    database.pragma('max_page_count = 3');
    const error = errorOf(() => database.prepare('INSERT INTO t VALUES (?)').run('x'.repeat(100_000)));
    database.close();
    expect((error as Error & { code: string }).code).toBe('SQLITE_FULL');
    expect(explainStartFailure(new Error('the migrations could not run', { cause: error }))).toBe(
      `Image Manager could not start: The disk of ${storage} on ${hostname()} is full.\n` +
        `Free space there (df -h ${storage} shows how much is left), then start again.`,
    );
  });

  it.each([
    ['EROFS', 'cannot be written: its file system is read-only'],
    ['EIO', 'cannot be read or written: its disk answers with errors (EIO)'],
    ['EACCES', 'is not permitted to the user'],
    ['EPERM', 'is not permitted to the user'],
  ])('names the path and what to do at %s', (code, words) => {
    const [what, advice] = explainStartFailure(systemError(code, storage)).split('\n');
    expect(what).toContain(`Image Manager could not start: ${storage} on ${hostname()} ${words}`);
    expect(advice).toMatch(/, then start again\. Check STORAGE_PATH, .* in config\.env\.$/);
  });

  it('keeps to the addresses when a port is not permitted', () => {
    expect(explainStartFailure(systemError('EACCES'))).toContain('Check HTTP_ADDRESS and GRPC_ADDRESS');
  });

  it.each(['STORAGE_PATH', 'LOG_FILE_PATH'])(
    'comes at once when %s lies where nothing can be made',
    (name) => {
      const { status, signal, stderr } = failingStart({ LOG_LEVEL: 'info', [name]: '/proc/nowhere/app' });
      expect({ status, signal }).toEqual({ status: 1, signal: null });
      expect(stderr).toContain("mkdir '/proc/nowhere'\nCheck STORAGE_PATH, DISTROS_PATH and LOG_FILE_PATH");
    },
  );

  it('leaves a storage whose lock is damaged as it is', () => {
    const lock = join(storage, 'lock.sqlite');
    writeFileSync(lock, 'garbage '.repeat(1000));
    errorOf(() => claimStorage(storage));
    expect(readFileSync(lock, 'utf8')).toBe('garbage '.repeat(1000));
  });
});
