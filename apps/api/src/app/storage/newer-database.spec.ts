import 'reflect-metadata';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { DataSource } from 'typeorm';
import { failingStart } from '../../testing/failing-start.js';
import { ENTITIES } from './entities.js';
import { MIGRATIONS } from './migrations/index.js';
import { assertNotNewer } from './newer-database.js';

describe('a database of a newer version', () => {
  let storage: string;
  let path: string;
  beforeAll(async () => {
    storage = mkdtempSync(join(tmpdir(), 'image-manager-newer-'));
    path = join(storage, 'image-manager.sqlite');
    const database = await new DataSource({
      type: 'better-sqlite3',
      database: path,
      entities: ENTITIES,
      migrations: MIGRATIONS,
    }).initialize();
    await database.runMigrations();
    await database.destroy();
  });
  afterAll(() => {
    rmSync(storage, { recursive: true, force: true });
  });

  const sql = <T>(work: (database: Database.Database) => T): T => {
    const database = new Database(path);
    try {
      return work(database);
    } finally {
      database.close();
    }
  };
  const known = MIGRATIONS.map(({ name }) => name);

  it('is not what this version made, nor an older one, nor an empty one', () => {
    sql((database) => {
      assertNotNewer(database, known);
      assertNotNewer(database, [...known, 'Later1999999999999']);
    });
    assertNotNewer(new Database(':memory:'), known);
  });

  it('ends the process with status 1 and one line, and stays as it is', () => {
    sql((database) => {
      database.exec(
        `INSERT INTO migrations (timestamp, name) VALUES (1999999999999, 'Later1999999999999'); PRAGMA user_version = 1`,
      );
    });
    const { status, stdout, stderr } = failingStart({ STORAGE_PATH: storage });
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toMatch(
      new RegExp(`^The database ${path} was made by a newer Image Manager \\(Later1999999999999\\), .*\n$`),
    );
    sql((database) => {
      // A start would have taken the mark of a restored backup away.
      expect(database.pragma('user_version', { simple: true })).toBe(1);
    });
  });
});
