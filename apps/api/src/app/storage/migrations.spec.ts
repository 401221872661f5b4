import 'reflect-metadata';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DataSource, type MigrationInterface } from 'typeorm';
import { ENTITIES } from './entities.js';
import { MIGRATIONS } from './migrations/index.js';

type Row = Record<string, unknown>;

const TABLES = `SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name <> 'migrations' ORDER BY name`;

describe('migrations with rows in the tables', () => {
  let folder: string;
  let path: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'image-manager-migrations-'));
    path = join(folder, 'test.sqlite');
  });
  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  /** As the product opens it, with the first `count` migrations. */
  const open = async (count: number, work: (database: DataSource) => Promise<void>) => {
    const database = await new DataSource({
      type: 'better-sqlite3',
      database: path,
      entities: ENTITIES,
      migrations: MIGRATIONS.slice(0, count) as (new () => MigrationInterface)[],
      migrationsRun: true,
      prepareDatabase: (raw: { pragma(text: string): unknown }) => {
        raw.pragma('foreign_keys = ON');
      },
    }).initialize();
    try {
      await work(database);
    } finally {
      await database.destroy();
    }
  };

  /** Two rows in each table, with a value of its own in each column. */
  const fill = async (database: DataSource) => {
    const tables = (await database.query<{ name: string }[]>(TABLES)).map(({ name }) => name);
    // Builds first: the others refer to them.
    for (const table of tables.sort((a, b) => Number(b === 'builds') - Number(a === 'builds'))) {
      const columns = await database.query<{ name: string; type: string }[]>(`PRAGMA table_info("${table}")`);
      for (const n of [1, 2]) {
        const values = columns.map(({ name, type }) => valueOf(name, type, n));
        const names = columns.map(({ name }) => `"${name}"`).join(', ');
        await database.query(
          `INSERT INTO "${table}" (${names}) VALUES (${columns.map(() => '?').join(', ')})`,
          values,
        );
      }
    }
  };
  const contents = async (database: DataSource, tables?: string[]): Promise<Record<string, Row[]>> => {
    const names = tables ?? (await database.query<{ name: string }[]>(TABLES)).map(({ name }) => name);
    const rows: Record<string, Row[]> = {};
    for (const name of names)
      rows[name] = await database.query<Row[]>(`SELECT * FROM "${name}" ORDER BY rowid`);
    return rows;
  };
  /** The columns that were there before: later versions may add some. */
  const remaining = async (database: DataSource, before: Record<string, Row[]>) => {
    const now = await contents(database, Object.keys(before));
    return Object.fromEntries(
      Object.entries(before).map(([table, rows]) => [
        table,
        now[table]?.map((row) =>
          Object.fromEntries(Object.keys(rows[0] ?? {}).map((column) => [column, row[column]])),
        ),
      ]),
    );
  };
  const schema = (database: DataSource) =>
    database.query<Row[]>(
      `SELECT type, name, tbl_name, sql FROM sqlite_master WHERE name <> 'sqlite_sequence' ORDER BY type, name`,
    );

  const versions = MIGRATIONS.map((_, index) => index + 1);

  it.each(versions)(
    'up from version %d keep every row, what refers to it, and the next number',
    async (version) => {
      let before: Record<string, Row[]> = {};
      await open(version, async (database) => {
        await fill(database);
        // Builds' numbers that were given out are not given again, also when their rows are gone.
        await database.query(`UPDATE sqlite_sequence SET seq = 41 WHERE name = 'builds'`);
        before = await contents(database);
      });
      await open(MIGRATIONS.length, async (database) => {
        expect(await remaining(database, before)).toEqual(before);
        expect(await database.query('PRAGMA foreign_key_check')).toEqual([]);
        expect(await database.query('PRAGMA quick_check')).toEqual([{ quick_check: 'ok' }]);
        expect(await database.query(`SELECT seq FROM sqlite_sequence WHERE name = 'builds'`)).toEqual([
          { seq: 41 },
        ]);
        // Rows of a build still go with it, and only those.
        await database.query('DELETE FROM builds WHERE id = 1');
        for (const table of ['stages', 'checks', 'ledger', 'images', 'log_chunks', 'agent_sessions']) {
          expect({ table, rows: await database.query<Row[]>(`SELECT buildId FROM ${table}`) }).toEqual({
            table,
            rows: [{ buildId: 2 }],
          });
        }
      });
    },
  );

  it.each(versions.slice(1))(
    'down from version %d drop what it brought, and nothing else',
    async (version) => {
      let before: Record<string, Row[]> = {};
      let shape: Row[] = [];
      await open(version - 1, async (database) => {
        await fill(database);
        before = await contents(database);
        shape = await schema(database);
      });
      await open(version, async (database) => {
        const added = (await database.query<{ name: string }[]>(TABLES)).filter(
          ({ name }) => !(name in before),
        );
        if (added.some(({ name }) => name === 'image_switches')) await bringRowsOfNoBuild(database);
        await database.undoLastMigration();
        expect(await contents(database)).toEqual(before);
        expect(await database.query('PRAGMA foreign_key_check')).toEqual([]);
        expect(plain(await schema(database))).toEqual(plain(shape));
      });
      await open(MIGRATIONS.length, async (database) => {
        expect(await remaining(database, before)).toEqual(before);
      });
    },
  );
});

/** What only the second version can hold: an adopted image, its ledger row, and a switch. */
async function bringRowsOfNoBuild(database: DataSource): Promise<void> {
  await database.query(
    `INSERT INTO images (cloud, id, buildId, distroId, state, sha512, createdAt) VALUES ('c', 'adopted', NULL, 'd', 'retired', 's', 1)`,
  );
  await database.query(
    `INSERT INTO ledger (buildId, cloud, kind, name, state, createdAt, updatedAt) VALUES (NULL, 'c', 'image', 'n', 'kept', 1, 1)`,
  );
  await database.query(
    `INSERT INTO image_switches (cloud, distroId, targetId, kind, buildId, presentation, state, createdAt, updatedAt) VALUES ('c', 'd', 't', 'promotion', 1, '{}', 'done', 1, 1)`,
  );
}

function valueOf(name: string, type: string, n: number): unknown {
  if (name === 'id' && type === 'integer') return n;
  if (name === 'buildId') return n;
  if (type === 'blob') return Buffer.from(`${name} ${n}`);
  return type === 'text' ? `${name} ${n}` : n;
}

/** Without what says the same in other words. */
function plain(rows: readonly Row[]): Row[] {
  return rows.map(({ sql, ...row }) => ({
    ...row,
    sql: typeof sql === 'string' ? sql.replaceAll(/\s+/g, ' ').replaceAll(' ON UPDATE NO ACTION', '') : null,
  }));
}
