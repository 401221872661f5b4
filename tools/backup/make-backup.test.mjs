import assert from 'node:assert/strict';
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import Database from 'better-sqlite3';
import { makeBackup } from './make-backup.mjs';

describe('a backup', () => {
  let folder;
  let storage;
  let live;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'image-manager-backup-'));
    storage = join(folder, 'var');
    mkdirSync(storage);
    // It waits for nobody: who held a lock would have its writes refused at once.
    live = new Database(join(storage, 'image-manager.sqlite'), { timeout: 0 });
    live.pragma('journal_mode = WAL');
    live.exec('CREATE TABLE chunks (id INTEGER PRIMARY KEY, half INTEGER, data BLOB)');
    const insert = live.prepare('INSERT INTO chunks (half, data) VALUES (0, randomblob(10000))');
    live.transaction(() => {
      for (let row = 0; row < 3000; row += 1) insert.run();
    })();
  });
  after(() => {
    live.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('is a whole moment of a database that is written to all the time, and keeps no writer waiting', async () => {
    const pair = live.transaction(() => {
      live.exec('INSERT INTO chunks (half, data) VALUES (1, randomblob(5000))');
      live.exec('INSERT INTO chunks (half, data) VALUES (2, randomblob(5000))');
    });
    let writes = 0;
    const refused = [];
    const writer = setInterval(() => {
      try {
        pair();
        writes += 1;
      } catch (error) {
        refused.push(error);
      }
    }, 1);
    const target = join(folder, 'online.sqlite');
    const bytes = await makeBackup(storage, target);
    clearInterval(writer);
    assert.ok(writes > 10, `${writes} writes`);
    assert.deepEqual(refused, []);
    assert.equal(bytes, statSync(target).size);
    assert.equal(statSync(target).mode & 0o777, 0o600);

    const copy = new Database(target, { readonly: true });
    /** @type {any[]} */
    const halves = copy.prepare('SELECT half, count(*) AS count FROM chunks GROUP BY half').all();
    copy.close();
    const of = (half) => halves.find((row) => row.half === half)?.count ?? 0;
    assert.equal(of(0), 3000);
    assert.equal(of(1), of(2));
    assert.deepEqual(
      readdirSync(folder).filter((name) => name.startsWith('online')),
      ['online.sqlite'],
    );
  });

  it('overwrites nothing', async () => {
    const target = join(folder, 'precious');
    writeFileSync(target, 'precious');
    await assert.rejects(makeBackup(storage, target), { name: 'Refusal', message: /precious exists/ });
    assert.equal(readFileSync(target, 'utf8'), 'precious');
  });

  it('is not made of what is not there, nor where it cannot be written', async () => {
    await assert.rejects(makeBackup(join(folder, 'nowhere'), join(folder, 'x')), { message: /STORAGE_PATH/ });
    await assert.rejects(makeBackup(storage, join(folder, 'no/such/folder')), { message: /cannot be made/ });
  });

  it('is not made of a damaged database, and leaves nothing half done', async () => {
    const damaged = join(folder, 'damaged');
    mkdirSync(damaged);
    live.pragma('wal_checkpoint(TRUNCATE)');
    const path = join(damaged, 'image-manager.sqlite');
    copyFileSync(join(storage, 'image-manager.sqlite'), path);
    const bytes = readFileSync(path);
    bytes.fill(0xa5, 4096, 4096 * 2);
    writeFileSync(path, bytes);
    await assert.rejects(makeBackup(damaged, join(folder, 'bad.sqlite')), {
      message: /^No backup was made: /,
    });
    assert.deepEqual(
      readdirSync(folder).filter((name) => name.startsWith('bad')),
      [],
    );
  });
});
