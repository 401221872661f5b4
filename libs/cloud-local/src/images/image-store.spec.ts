import { mkdirSync, rmSync } from 'node:fs';
import { chmod, mkdir, readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { OWNERSHIP, TemporaryCloud } from '../testing/temporary-cloud.js';

describe('image store', () => {
  let temporary: TemporaryCloud;
  beforeEach(async () => {
    temporary = await TemporaryCloud.make();
  });
  afterEach(() => temporary.remove());

  const recordOf = (id: string): string => temporary.path('images', id, 'image.json');

  async function edit(id: string, changes: Record<string, unknown>): Promise<void> {
    const record = JSON.parse(await readFile(recordOf(id), 'utf8')) as Record<string, unknown>;
    await writeFile(recordOf(id), JSON.stringify({ ...record, ...changes }));
  }

  it('keeps images across a restart', async () => {
    const image = await temporary.createImage();
    const { images } = await temporary.restart();
    expect(await images.get(image.id)).toEqual(image);
  });

  it('keeps a copy that later changes to the uploaded file do not reach', async () => {
    const image = await temporary.createImage();
    const data = temporary.path('images', image.id, 'data');
    const before = await readFile(data);
    await writeFile(temporary.imageFile, 'something else');
    expect((await readFile(data)).equals(before)).toBe(true);
    expect((await stat(data)).mode & 0o777).toBe(0o400);
  });

  it('takes an upload again whose writer died half-way', async () => {
    const { images } = temporary.cloud;
    const { id } = await images.create({
      name: 'spec',
      diskFormat: 'qcow2',
      minDiskGb: 0,
      minMemoryMb: 0,
      properties: {},
      tags: [],
      ownership: OWNERSHIP,
    });
    await edit(id, { status: 'saving', writer: { pid: process.pid, startTime: '1', bootId: 'earlier' } });
    await writeFile(temporary.path('images', id, 'data'), 'half', { mode: 0o400 });
    const restarted = await temporary.restart();
    expect(await restarted.images.get(id)).toMatchObject({ status: 'queued' });
    const uploaded = await restarted.images.upload(id, temporary.imageFile);
    expect(uploaded).toMatchObject({ status: 'active', sizeBytes: (await stat(temporary.imageFile)).size });
  });

  it.each([
    ['are gone', (data: string) => rm(data)],
    ['were cut short', (data: string) => truncate(data, 1)],
    ['are a folder', (data: string) => rm(data).then(() => mkdir(data))],
  ])('calls an image whose bytes %s no active one, and still changes and deletes it', async (_, damage) => {
    const { images } = temporary.cloud;
    const [image, sound] = [await temporary.createImage(), await temporary.createImage()];
    const data = temporary.path('images', image.id, 'data');
    await chmod(data, 0o600);
    await damage(data);
    expect(await images.get(image.id)).toEqual({ ...image, status: 'error' });
    const listed = (await images.list()).map(({ id, status }) => `${id} ${status}`);
    expect(listed.sort()).toEqual([`${image.id} error`, `${sound.id} active`].sort());
    expect(await images.update(image.id, { name: 'damaged' })).toMatchObject({
      name: 'damaged',
      status: 'error',
    });
    await images.delete(image.id);
    expect(await images.find(image.id)).toBeUndefined();
  });

  it('leaves nothing of a cancelled upload in the folder but the record', async () => {
    const { images } = temporary.cloud;
    const image = await temporary.createImage();
    const { id } = await images.create({
      name: 'spec',
      diskFormat: 'qcow2',
      minDiskGb: 0,
      minMemoryMb: 0,
      properties: {},
      tags: [],
      ownership: OWNERSHIP,
    });
    const abort = new AbortController();
    const upload = images.upload(id, temporary.imageFile, {
      signal: abort.signal,
      onProgress: () => {
        abort.abort();
      },
    });
    await expect(upload).rejects.toMatchObject({ code: 'CANCELLED' });
    expect(await readdir(temporary.path('images', id))).toEqual(['image.json']);
    expect(await images.get(image.id)).toEqual(image);
  });

  it.each([
    ['no JSON', '{"format": 1, "name'],
    ['another shape', '{"format": 1}'],
    ['unknown fields', JSON.stringify({ format: 2, name: 'x' })],
  ])('lists the other images when one record holds %s, and says so', async (_case, content) => {
    const good = await temporary.createImage();
    const bad = await temporary.createImage();
    await writeFile(recordOf(bad.id), content);
    await mkdir(temporary.path('images', randomUUID()));
    await writeFile(temporary.path('images', 'README'), 'not ours');
    const { images } = temporary.cloud;
    expect((await images.list()).map(({ id }) => id)).toEqual([good.id]);
    expect(temporary.messages).toContainEqual(expect.stringContaining(bad.id));
    expect(temporary.messages).toContainEqual(expect.stringContaining('has no image.json'));
    await expect(images.get(bad.id)).rejects.toMatchObject({ code: 'UNKNOWN', fault: 'host' });
    await expect(images.delete(bad.id)).rejects.toMatchObject({ code: 'UNKNOWN' });
  });

  it('says why an upload failed, also where not even that can be recorded', async () => {
    const { images } = temporary.cloud;
    const { id } = await images.create({
      name: 'spec',
      diskFormat: 'qcow2',
      minDiskGb: 0,
      minMemoryMb: 0,
      properties: {},
      tags: [],
      ownership: OWNERSHIP,
    });
    const abort = new AbortController();
    const record = await readFile(recordOf(id), 'utf8');
    const upload = images.upload(id, temporary.imageFile, {
      signal: abort.signal,
      onProgress: () => {
        // A file cannot be put in the place of a folder.
        rmSync(recordOf(id));
        mkdirSync(recordOf(id));
        abort.abort();
      },
    });
    await expect(upload).rejects.toMatchObject({ code: 'CANCELLED' });
    rmSync(recordOf(id), { recursive: true });
    await writeFile(recordOf(id), record);
    expect(await images.get(id)).toMatchObject({ status: 'queued' });
  });

  it('removes half-made and half-deleted folders at its start', async () => {
    const image = await temporary.createImage();
    await mkdir(temporary.path('images', `.new-${randomUUID()}`));
    await mkdir(temporary.path('images', `.deleted-${randomUUID()}-x`));
    await temporary.restart();
    expect(await readdir(temporary.path('images'))).toEqual([image.id]);
  });

  it('makes every one of many changes that come at once', async () => {
    const { images } = temporary.cloud;
    const image = await temporary.createImage();
    const keys = Array.from({ length: 20 }, (_, n) => `key${n}`);
    await Promise.all(keys.map((key) => images.update(image.id, { properties: { [key]: 'x' } })));
    expect(Object.keys((await images.get(image.id)).properties)).toEqual(expect.arrayContaining(keys));
  });

  it('changes nothing where a change is undefined', async () => {
    const image = await temporary.createImage();
    const changed = await temporary.cloud.images.update(image.id, { name: undefined, hidden: undefined });
    expect(changed).toEqual({ ...image, updatedAt: changed.updatedAt });
  });
});
