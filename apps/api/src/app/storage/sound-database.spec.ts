import 'reflect-metadata';
import { createHash } from 'node:crypto';
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { failingStart } from '../../testing/failing-start.js';
import { startTestApp } from '../../testing/test-app.js';
import { explainStartFailure } from '../start-failure.js';
import { assertSoundDatabase, DamagedDatabaseError } from './sound-database.js';

describe('a damaged database', () => {
  let folder: string;
  let sound: string;

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'image-manager-damaged-'));
    sound = join(folder, 'sound.sqlite');
    const database = new Database(sound);
    // As ours is.
    database.pragma('journal_mode = WAL');
    database.exec('CREATE TABLE builds (id INTEGER PRIMARY KEY, text TEXT)');
    const insert = database.prepare('INSERT INTO builds (text) VALUES (?)');
    for (let row = 0; row < 2000; row += 1) insert.run('x'.repeat(200));
    database.close();
  });
  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  const overwrite = (path: string, at: number, length: number) => {
    const bytes = readFileSync(path);
    bytes.fill(0xa5, at, at + length);
    writeFileSync(path, bytes);
  };

  it.each<[string, (path: string) => void]>([
    [
      'is cut off',
      (path) => {
        truncateSync(path, Math.floor(statSync(path).size / 2));
      },
    ],
    [
      'is cut off within a page',
      (path) => {
        truncateSync(path, 5000);
      },
    ],
    [
      'has lost its header',
      (path) => {
        overwrite(path, 0, 100);
      },
    ],
    [
      'has a page of garbage',
      (path) => {
        overwrite(path, 4096 * 20, 4096);
      },
    ],
    [
      'is empty',
      (path) => {
        truncateSync(path, 0);
      },
    ],
    [
      'is another file',
      (path) => {
        writeFileSync(path, 'not a database, whatever its name says\n');
      },
    ],
  ])('that %s stops the start with one line, and stays as it is', async (_what, damage) => {
    const storage = mkdtempSync(join(folder, 'var-'));
    const path = join(storage, 'image-manager.sqlite');
    copyFileSync(sound, path);
    mkdirSync(join(storage, 'tls'));
    writeFileSync(join(storage, 'tls/grpc.json'), '{}');
    damage(path);
    const before = createHash('sha256').update(readFileSync(path)).digest('hex');
    let said = 'it started';
    try {
      await (await startTestApp({ STORAGE_PATH: storage })).close();
    } catch (error) {
      said = explainStartFailure(error);
    }
    expect(said).toMatch(
      new RegExp(`^The database ${path} is damaged \\(.*\\): restore a backup .* move the file`),
    );
    expect(said).not.toContain('\n');
    expect(createHash('sha256').update(readFileSync(path)).digest('hex')).toBe(before);
  });

  it('keeps its write-ahead log, which may be what saves it', () => {
    const storage = mkdtempSync(join(folder, 'var-'));
    const path = join(storage, 'image-manager.sqlite');
    const writer = new Database(join(folder, 'written.sqlite'));
    writer.pragma('journal_mode = WAL');
    writer.exec('CREATE TABLE builds (id INTEGER PRIMARY KEY, text TEXT); INSERT INTO builds VALUES (1, 1)');
    copyFileSync(join(folder, 'written.sqlite-wal'), `${path}-wal`);
    writer.close();
    copyFileSync(sound, path);
    overwrite(path, 0, 100);
    const before = readFileSync(`${path}-wal`);
    expect(() => {
      assertSoundDatabase(storage);
    }).toThrow(DamagedDatabaseError);
    expect(before.length).toBeGreaterThan(0);
    expect(readFileSync(`${path}-wal`).equals(before)).toBe(true);
  });

  it('ends the process with status 1 and that line alone', () => {
    const storage = mkdtempSync(join(folder, 'var-'));
    copyFileSync(sound, join(storage, 'image-manager.sqlite'));
    overwrite(join(storage, 'image-manager.sqlite'), 4096 * 20, 4096);
    const { status, stdout, stderr } = failingStart({ STORAGE_PATH: storage });
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toMatch(/^The database .* is damaged .*\n$/);
  });

  it('is known by its ends when it is too large for a look at every page', () => {
    const storage = mkdtempSync(join(folder, 'var-'));
    const path = join(storage, 'image-manager.sqlite');
    copyFileSync(sound, path);
    assertSoundDatabase(storage, 0);
    truncateSync(path, Math.floor(statSync(path).size / 2));
    expect(() => {
      assertSoundDatabase(storage, 0);
    }).toThrow(DamagedDatabaseError);
  });

  it.each(['WAL', 'DELETE'])('is not what a kill leaves in the middle of a write (%s)', (mode) => {
    const storage = mkdtempSync(join(folder, 'var-'));
    const path = join(storage, 'image-manager.sqlite');
    const writing = join(storage, 'writing.sqlite');
    copyFileSync(sound, writing);
    const writer = new Database(writing);
    writer.pragma(`journal_mode = ${mode}`);
    writer.pragma('cache_size = 5');
    writer.exec("BEGIN; UPDATE builds SET text = 'y' || text");
    const beside = mode === 'WAL' ? '-wal' : '-journal';
    copyFileSync(writing, path);
    copyFileSync(`${writing}${beside}`, `${path}${beside}`);
    writer.exec('ROLLBACK');
    writer.close();
    assertSoundDatabase(storage);
    const next = new Database(path);
    expect(next.prepare('SELECT count(*) FROM builds WHERE text LIKE ?').pluck().get('y%')).toBe(0);
    expect(next.pragma('quick_check', { simple: true })).toBe('ok');
    next.close();
  });

  it('is not what a sound one is taken for, nor one that is not there yet', () => {
    const storage = mkdtempSync(join(folder, 'var-'));
    assertSoundDatabase(storage);
    copyFileSync(sound, join(storage, 'image-manager.sqlite'));
    assertSoundDatabase(storage);
  });
});
