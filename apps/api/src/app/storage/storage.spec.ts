import 'reflect-metadata';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DataSource, type Repository } from 'typeorm';
import { LogChunkEntity } from './log-chunk.entity.js';
import { LogReader } from './log-reader.js';
import { LogStore, type LogEntry } from './log-store.js';
import { MIGRATIONS } from './migrations/index.js';
import { claimStorage, StorageInUseError } from './single-writer.js';
import { ENTITIES } from './entities.js';

const BUILD = 1;

describe('the storage', () => {
  let folder: string;
  let database: DataSource;

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'image-manager-storage-'));
    database = await new DataSource({
      type: 'better-sqlite3',
      database: join(folder, 'test.sqlite'),
      entities: ENTITIES,
      migrations: MIGRATIONS,
    }).initialize();
    await database.runMigrations();
  });
  afterEach(async () => {
    await database.destroy();
    rmSync(folder, { recursive: true, force: true });
  });

  describe('migrations', () => {
    it('make what the entities say, and go down to nothing', async () => {
      for (const { tableName, columns } of database.entityMetadatas) {
        const made = await database.query<{ name: string; notnull: number; pk: number }[]>(
          `PRAGMA table_info("${tableName}")`,
        );
        const said = columns.map((column) => [column.databaseName, !column.isNullable || column.isPrimary]);
        expect(
          Object.fromEntries(made.map(({ name, notnull, pk }) => [name, notnull === 1 || pk > 0])),
        ).toEqual(Object.fromEntries(said));
      }
      for (let left = MIGRATIONS.length; left > 0; left -= 1) await database.undoLastMigration();
      const tables = await database.query<{ name: string }[]>(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'",
      );
      expect(tables.map(({ name }) => name)).toEqual(['migrations']);
      await database.runMigrations();
    });

    it('keep the rows of a database that has been in use, up and down', async () => {
      const schema = async () =>
        (
          await database.query<{ name: string; sql: string | null }[]>(
            "SELECT name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite_%' ORDER BY name",
          )
        ).map(({ name, sql }) => `${name}: ${sql?.replace(/\s+/g, ' ') ?? ''}`);
      await database.query('PRAGMA foreign_keys = ON');
      const downToTheFirst = async () => {
        for (let left = MIGRATIONS.length; left > 1; left -= 1) await database.undoLastMigration();
      };
      await downToTheFirst();
      const before = await schema();
      await database.query(
        `INSERT INTO builds (id, "distroId", status, packages, "dibArguments", clouds, definition, "definitionDigest", "createdAt") VALUES (7, 'debian-12', 'succeeded', '[]', '[]', '["lab"]', '{}', 'd', 1)`,
      );
      await database.query(
        `INSERT INTO images (cloud, id, "buildId", "distroId", state, sha512, "createdAt", "promotedAt") VALUES ('lab', 'a', 7, 'debian-12', 'current', 's', 1764000000000, 1764000000001)`,
      );
      await database.query(
        `INSERT INTO ledger (id, "buildId", cloud, kind, name, "externalId", state, "createdAt", "updatedAt") VALUES (41, 7, 'lab', 'image', 'n', 'a', 'kept', 1, 2)`,
      );
      const rows = async () => [
        await database.query<unknown[]>('SELECT * FROM images WHERE "buildId" IS NOT NULL'),
        await database.query<unknown[]>('SELECT * FROM ledger WHERE "buildId" IS NOT NULL'),
      ];
      const stored = await rows();
      await database.runMigrations();
      expect(await rows()).toEqual(stored);
      await database.query(
        `INSERT INTO images (cloud, id, "distroId", state, sha512, "createdAt") VALUES ('lab', 'b', 'debian-12', 'retired', 's', 1)`,
      );
      await database.query(
        `INSERT INTO ledger (cloud, kind, name, "externalId", state, "createdAt", "updatedAt") VALUES ('lab', 'image', 'n', 'b', 'kept', 1, 2)`,
      );
      expect(await database.query('PRAGMA foreign_key_check')).toEqual([]);
      await downToTheFirst();
      expect(await rows()).toEqual(stored);
      expect(await database.query('SELECT count(*) AS n FROM images')).toEqual([{ n: 1 }]);
      expect(await schema()).toEqual(before);
      await database.runMigrations();
      expect(await rows()).toEqual(stored);
      // Ids of the ledger are never given out twice.
      await database.query('DELETE FROM ledger');
      await database.query(
        `INSERT INTO ledger ("buildId", cloud, kind, name, state, "createdAt", "updatedAt") VALUES (7, 'lab', 'image', 'n', 'intended', 1, 2)`,
      );
      expect(await database.query('SELECT id > 41 AS later FROM ledger')).toEqual([{ later: 1 }]);
    });

    it('refuse rows of a build that is not there', async () => {
      await database.query('PRAGMA foreign_keys = ON');
      await expect(
        database
          .getRepository('StageEntity')
          .insert({ buildId: 4711, stage: 'build', cloud: '', status: 'pending' }),
      ).rejects.toThrow('FOREIGN KEY');
    });
  });

  describe('the log', () => {
    let chunks: Repository<LogChunkEntity>;
    let log: LogStore;
    let reader: LogReader;

    beforeEach(async () => {
      await database.query('PRAGMA foreign_keys = OFF');
      chunks = database.getRepository(LogChunkEntity);
      reader = new LogReader(chunks);
      log = new LogStore(chunks, reader);
    });

    const entries = (from: number, to: number, fields: Partial<LogEntry> = {}): LogEntry[] =>
      Array.from({ length: to - from + 1 }, (_, index) => ({
        stage: 'build',
        cloud: '',
        stream: 'stdout',
        text: `${from + index}`,
        ...fields,
      }));
    const texts = async (from: number, limit: number, filter = {}) =>
      (await reader.lines(BUILD, from, limit, filter)).map(({ text }) => text);

    it('numbers lines without gaps, also when many write at once', async () => {
      await Promise.all(
        Array.from({ length: 50 }, (_, writer) => log.append(BUILD, entries(writer * 10, writer * 10 + 9))),
      );
      await log.flush(BUILD);
      const lines = await reader.lines(BUILD, 1, 1000);
      expect(lines.map(({ n }) => n)).toEqual(Array.from({ length: 500 }, (_, index) => index + 1));
    });

    it('goes on with the numbers after a restart', async () => {
      await log.append(BUILD, entries(1, 3));
      await log.close(BUILD);
      const later = new LogStore(chunks, reader);
      await later.append(BUILD, entries(4, 5));
      await later.flush(BUILD);
      expect(await texts(3, 10)).toEqual(['3', '4', '5']);
    });

    it('announces lines only after they are stored, in order', async () => {
      const seen: number[] = [];
      log.committed$.subscribe(({ lines }) => seen.push(...lines.map(({ n }) => n)));
      await log.append(BUILD, entries(1, 4500));
      expect(seen.length).toBeLessThanOrEqual(await reader.lastLine(BUILD));
      await log.flush(BUILD);
      expect(seen).toEqual(Array.from({ length: 4500 }, (_, index) => index + 1));
    });

    it('keeps lines whose write failed and stores them with the next', async () => {
      const insert = chunks.insert.bind(chunks);
      let full = true;
      chunks.insert = (chunk) => (full ? Promise.reject(new Error('SQLITE_FULL')) : insert(chunk));
      await log.append(BUILD, entries(1, 2));
      await expect(log.flush(BUILD)).rejects.toThrow('SQLITE_FULL');
      full = false;
      await log.append(BUILD, entries(3, 3));
      await log.flush(BUILD);
      expect(await texts(1, 10)).toEqual(['1', '2', '3']);
    });

    it('finds the lines of one stage and cloud', async () => {
      await log.append(BUILD, entries(1, 2));
      await log.append(BUILD, entries(3, 4, { stage: 'test', cloud: 'a' }));
      await log.flush(BUILD);
      await log.append(BUILD, entries(5, 6, { stage: 'test', cloud: 'b' }));
      await log.flush(BUILD);
      expect(await texts(1, 10, { stage: 'test' })).toEqual(['3', '4', '5', '6']);
      expect(await texts(1, 10, { stage: 'test', cloud: 'b' })).toEqual(['5', '6']);
      expect(await texts(2, 1, { stage: 'build' })).toEqual(['2']);
      expect((await log.tail(BUILD, 3, { stage: 'test' })).map(({ text }) => text)).toEqual(['4', '5', '6']);
    });

    it('remembers how far a source was read, with the lines themselves', async () => {
      expect(await log.mark(BUILD, 'dib')).toBe(0);
      await log.append(BUILD, entries(1, 1, { mark: { source: 'dib', offset: 100 } }));
      await log.append(BUILD, entries(2, 2, { mark: { source: 'console/local/x', offset: 7 } }));
      await log.flush(BUILD);
      await log.append(BUILD, entries(3, 3, { mark: { source: 'dib', offset: 250 } }));
      expect(await log.mark(BUILD, 'dib')).toBe(250);
      expect(await new LogStore(chunks, reader).mark(BUILD, 'console/local/x')).toBe(7);
    });
  });

  describe('the single writer', () => {
    it('keeps another process out until it ends, however that ends', () => {
      const claim = `
        import { claimStorage } from ${JSON.stringify(join(import.meta.dirname, '../../../../../dist/apps/api/app/storage/single-writer.js'))};
        claimStorage(${JSON.stringify(folder)});
        process.kill(process.pid, 'SIGKILL');`;
      const giveBack = claimStorage(folder);
      const run = () =>
        spawnSync(process.execPath, ['--input-type=module', '-e', claim], { encoding: 'utf8' });
      expect(run().stderr).toContain('Another Image Manager is running');
      giveBack();
      expect(run().signal).toBe('SIGKILL');
      const again = claimStorage(folder);
      again();
    });

    it('keeps a second claim of the same process out', () => {
      const giveBack = claimStorage(folder);
      expect(() => claimStorage(folder)).toThrow(StorageInUseError);
      giveBack();
    });
  });
});
