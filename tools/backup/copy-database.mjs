// A process of its own: `copy-database.mjs SOURCE TARGET`. What goes wrong is one line on stderr, and status 1.
import { closeSync, fsyncSync, openSync, renameSync, rmSync } from 'node:fs';
import Database from 'better-sqlite3';

/**
 * `PRAGMA user_version` of a copy, by which a start knows that it was restored; see
 * apps/api/src/app/storage/restored-backup.service.ts.
 */
const BACKUP_MARK = 1;
/** All pages in one step: a copy that others' writes interrupt would have to start over each time. */
const EVERY_PAGE = 0x7fffffff;

const [source, target] = process.argv.slice(2);
const partial = `${target}.partial`;

// It holds hashes of tokens and keys.
process.umask(0o077);
try {
  closeSync(openSync(target, 'wx'));
} catch (error) {
  end(
    error.code === 'EEXIST'
      ? `${target} exists and is not overwritten: choose another name.`
      : `${target} cannot be made: ${error.message}`,
  );
}
try {
  await copy();
  // Only a whole copy bears the name.
  renameSync(partial, target);
} catch (error) {
  for (const path of [target, partial]) rmSync(path, { force: true });
  end(`No backup was made: ${error.message}`);
}

async function copy() {
  rmSync(partial, { force: true });
  const live = new Database(source, { readonly: true, fileMustExist: true });
  await live.backup(partial, { progress: () => EVERY_PAGE });
  live.close();
  const database = new Database(partial);
  // One file, without the two that stand beside a database in use.
  database.pragma('journal_mode = DELETE');
  const problem = database.pragma('quick_check(1)', { simple: true });
  if (problem !== 'ok') throw new Error(`the database ${source} is damaged (${problem})`);
  database.pragma(`user_version = ${BACKUP_MARK}`);
  database.close();
  const file = openSync(partial, 'r');
  fsyncSync(file);
  closeSync(file);
}

function end(line) {
  process.stderr.write(`${line}\n`);
  process.exit(1);
}
