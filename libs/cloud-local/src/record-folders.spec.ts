import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { RecordFolders } from './record-folders.js';

const ID = '0b54ae8a-6a3c-4c9c-9a83-2c8c2a6d7f10';

describe('RecordFolders', () => {
  let directory: string;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'record-folders-'));
  });
  afterEach(() => rm(directory, { recursive: true }));

  const folders = (log: (message: string) => void = () => {}) =>
    new RecordFolders(directory, 'image.json', z.object({ name: z.string() }), log);

  it('removes at its start what a process left that died while it replaced a record, and nothing else', async () => {
    await folders().create(ID, { name: 'before' });
    const folder = join(directory, ID);
    await writeFile(join(folder, 'image.json.7d1c8a44-93a5-4c8f-b0a0-7f0f5d1f2a11.tmp'), '{ "na');
    await writeFile(join(folder, 'data.tmp'), 'bytes');
    const started = folders();
    await started.open();
    expect((await readdir(folder)).sort()).toEqual(['data.tmp', 'image.json']);
    expect(await started.find(ID)).toEqual({ name: 'before' });
  });

  describe('with a record that cannot be read', () => {
    const OTHER = '1b54ae8a-6a3c-4c9c-9a83-2c8c2a6d7f11';
    const record = () => join(directory, OTHER, 'image.json');
    beforeEach(async () => {
      await folders().create(ID, { name: 'sound' });
      await mkdir(join(directory, OTHER));
    });

    it.each([
      ['a folder', () => mkdir(record())],
      ['a link to itself', () => symlink('image.json', record())],
      // A FIFO would keep whoever opens it waiting for ever.
      ['a FIFO', () => promisify(execFile)('mkfifo', [record()])],
      ['no JSON', () => writeFile(record(), 'x')],
      ['missing', () => Promise.resolve()],
    ])('lists the others and names it, when it is %s', async (_what, damage) => {
      await damage();
      const said: string[] = [];
      const store = folders((message) => said.push(message));
      await store.open();
      expect(await store.list()).toEqual([{ id: ID, record: { name: 'sound' } }]);
      await store.list();
      expect(said).toEqual([expect.stringContaining(join(directory, OTHER))]);
      expect(await store.unreadable()).toEqual([
        expect.objectContaining({ id: OTHER, problem: expect.stringContaining(join(directory, OTHER)) }),
      ]);
    });
  });

  it('says that its directory is gone, and what to do', async () => {
    const store = folders();
    await store.open();
    await rm(directory, { recursive: true });
    const gone = { code: 'UNKNOWN', fault: 'host', message: `The folder ${directory} is gone` };
    await expect(store.list()).rejects.toMatchObject(gone);
    await expect(store.create(ID, { name: 'new' })).rejects.toMatchObject(gone);
    await mkdir(directory);
  });

  it('starts beside a file and a dangling link in the place of folders', async () => {
    await writeFile(join(directory, ID), '');
    await symlink('/nowhere', join(directory, ID.replace('0', '1')));
    const store = folders();
    await store.open();
    expect(await store.list()).toEqual([]);
    expect(await store.unreadable()).toEqual([]);
  });
});
