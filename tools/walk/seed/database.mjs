import 'reflect-metadata';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { DataSource } from 'typeorm';
import { ROOT } from '../../bootstrap/workspace.mjs';

const STORAGE = join(ROOT, 'dist/apps/api/app/storage');

/**
 * A new database of the built API, by its own migrations; rows go in through its own entities, so that what it stores how
 * is said once.
 *
 * @param {string} storagePath
 */
export async function createDatabase(storagePath) {
  const load = (file) => import(pathToFileURL(join(STORAGE, file)).href);
  const [{ ENTITIES }, { MIGRATIONS }, { DATABASE_FILE }, { figuresOf }, { causeText }] = await Promise.all([
    load('entities.js'),
    load('migrations/index.js'),
    load('sound-database.js'),
    load('build-figures.js'),
    load('cause-text.js'),
  ]);
  const source = new DataSource({
    type: 'better-sqlite3',
    database: join(storagePath, DATABASE_FILE),
    enableWAL: true,
    entities: ENTITIES,
    migrations: MIGRATIONS,
    migrationsRun: true,
  });
  await source.initialize();
  return {
    /**
     * @param {string} entity name of the class, such as `BuildEntity`
     * @param {object[]} rows
     */
    async insert(entity, rows) {
      const target = source.getRepository(ENTITIES.find(({ name }) => name === entity));
      // A statement takes 32,766 values.
      for (let at = 0; at < rows.length; at += 500) await target.insert(rows.slice(at, at + 500));
    },
    /** What the API makes of other rows. */
    figuresOf,
    causeText,
    close: () => source.destroy(),
  };
}
