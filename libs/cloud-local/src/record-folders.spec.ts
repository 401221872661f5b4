import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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

  const folders = () => new RecordFolders(directory, 'image.json', z.object({ name: z.string() }), () => {});

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
});
