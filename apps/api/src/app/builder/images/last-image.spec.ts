import 'reflect-metadata';
import {
  chmodSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmdirSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import type { BuildView } from '@image-manager/contracts';
import type { Repository } from 'typeorm';
import type { ImageChanges } from '@image-manager/cloud';
import type { ImageEntity } from '../../storage/index.js';
import { addForeignImage } from '../../../testing/foreign-image.js';
import { LifeCycleHarness } from '../../../testing/life-cycle-harness.js';

/** The database tells of the cloud as it was: somebody else has deleted, hidden or shown images since. */
describe('users keep an image, whatever somebody else has done in the cloud', () => {
  let cycle: LifeCycleHarness;
  let first: BuildView;
  let rows: Repository<ImageEntity>;

  beforeAll(async () => {
    cycle = await LifeCycleHarness.start();
    first = await cycle.promoted();
    const { ImageEntity: Images } = await import('../../storage/index.js');
    const { getRepositoryToken } = await import('@nestjs/typeorm');
    rows = cycle.api.app.get<Repository<ImageEntity>>(getRepositoryToken(Images));
  }, 60_000);
  afterAll(() => cycle.api.close());

  const post = (path: string, body?: unknown) => cycle.post(`/clouds/local/images/${path}`, body);
  const adopt = (id: string) => post(`${id}/adopt`, { distroId: 'debian-12' });
  const promoted = () => cycle.promoted({ artifactOf: first.id });
  const seen = async () => (await cycle.visible()).map(({ id }) => id);
  const current = async (): Promise<string> => {
    const ids = await seen();
    expect(ids).toHaveLength(1);
    return ids[0]!;
  };
  const stateOf = async (id: string) => (await rows.findOneBy({ cloud: 'local', id }))?.state;
  const folderOf = (id: string) => join(cycle.api.storagePath, 'clouds/local/images', id);
  const deletedByHand = (id: string) => {
    rmSync(folderOf(id), { recursive: true });
  };
  const changedByHand = async (id: string, changes: ImageChanges): Promise<void> => {
    const { Clouds } = await import('../../openstack/index.js');
    await cycle.api.app.get(Clouds).get('local').images.update(id, changes);
  };

  it('lets them boot an adopted image in the place of one that was deleted', async () => {
    const { Ledger } = await import('../../storage/index.js');
    const gone = await current();
    deletedByHand(gone);
    const id = addForeignImage(cycle.api.storagePath, 'Debian 12');
    expect(await adopt(id)).toMatchObject({ status: 200, body: { state: 'current', hidden: false } });
    expect(await seen()).toEqual([id]);
    expect(await stateOf(gone)).toBe('deleted');
    expect(await cycle.api.app.get(Ledger).find('local', 'image', gone)).toMatchObject({ state: 'released' });
    await promoted();
    expect(await stateOf(id)).toBe('retired');
    expect(await current()).not.toBe(id);
  });

  it('lets them boot an adopted image in the place of one that was hidden', async () => {
    const hidden = await current();
    await changedByHand(hidden, { hidden: true });
    const id = addForeignImage(cycle.api.storagePath, 'Debian 12');
    expect(await adopt(id)).toMatchObject({ status: 200, body: { state: 'current', hidden: false } });
    expect(await seen()).toEqual([id]);
    expect(await stateOf(hidden)).toBe('retired');
  });

  it('lets them boot the image that an older database does not know, when that is adopted', async () => {
    const before = await current();
    await promoted();
    const unknown = await current();
    await rows.delete({ cloud: 'local', id: unknown });
    await rows.update({ cloud: 'local', id: before }, { state: 'current', retiredAt: null });
    expect(await adopt(unknown)).toMatchObject({ status: 200, body: { state: 'current', hidden: false } });
    expect(await seen()).toEqual([unknown]);
    expect(await stateOf(before)).toBe('retired');
  });

  it('hides an image that is adopted beside the one that they boot', async () => {
    const now = await current();
    const id = addForeignImage(cycle.api.storagePath, 'Debian 12');
    expect(await adopt(id)).toMatchObject({ status: 200, body: { state: 'retired', hidden: true } });
    expect(await seen()).toEqual([now]);
  });

  it('adopts nothing for a definition that does not say which name users boot', async () => {
    const id = addForeignImage(cycle.api.storagePath, 'Debian 12');
    await cycle.editDefinition((text) => text.replace('imageName:', 'nameOfImage:'));
    expect(await adopt(id)).toMatchObject({ status: 409, body: { code: 'BROKEN_DEFINITION' } });
    await cycle.editDefinition((text) => text.replace('nameOfImage:', 'imageName:'));
    expect((await cycle.images()).find((image) => image.id === id)).toMatchObject({ ours: false });
    deletedByHand(id);
  });

  it('rolls back to no image whose bytes were cut short', async () => {
    const before = await current();
    await promoted();
    const now = await current();
    const data = join(folderOf(before), 'data');
    chmodSync(data, 0o600);
    truncateSync(data, 100);
    const answer = await post(`${before}/rollback`);
    expect(answer).toMatchObject({ status: 409, body: { code: 'NOT_A_TARGET' } });
    expect(answer.body).toMatchObject({
      detail: expect.stringContaining('is error in cloud local, not active') as string,
    });
    expect(await seen()).toEqual([now]);
  });

  it('hides, once another takes its place, the image that an older database does not know', async () => {
    const unknown = await current();
    await rows.delete({ cloud: 'local', id: unknown });
    const build = await promoted();
    const after = await cycle.images();
    expect(after.filter(({ hidden }) => !hidden).map(({ buildId }) => buildId)).toEqual([build.id]);
    expect(after.find(({ id }) => id === unknown)).toMatchObject({ ours: true, state: 'retired' });
  });

  it('leaves alone what bears our mark and was never promoted, as the snapshot of a server does', async () => {
    const { Clouds } = await import('../../openstack/index.js');
    const now = (await cycle.images()).find(({ hidden }) => !hidden)!;
    const id = addForeignImage(cycle.api.storagePath, 'Debian 12');
    const { properties } = await cycle.api.app.get(Clouds).get('local').images.get(now.id);
    await changedByHand(id, { properties });
    await promoted();
    const shown = await cycle.visible();
    expect(shown).toHaveLength(2);
    expect(shown.find((image) => image.id === id)).toMatchObject({ ours: false });
    deletedByHand(id);
  });

  it('leaves one image of a name when the definition’s file is renamed', async () => {
    const { DistroRegistry } = await import('../distro-registry.service.js');
    const before = await current();
    const [old, renamed] = ['debian-12', 'debian-12-lts'].map((id) =>
      join(cycle.api.distrosPath, `${id}.yaml`),
    ) as [string, string];
    const text = readFileSync(old, 'utf8');
    writeFileSync(renamed, text.replace(/^id: .*$/m, 'id: debian-12-lts'));
    rmSync(old);
    await cycle.api.app.get(DistroRegistry).refresh();
    const build = await cycle.promoted({ distroId: 'debian-12-lts' });
    expect((await cycle.visible()).map(({ buildId }) => buildId)).toEqual([build.id]);
    expect(await stateOf(before)).toBe('retired');

    // Both files: the name is the first one's, and what it promotes takes the other's place.
    writeFileSync(old, text);
    await cycle.api.app.get(DistroRegistry).refresh();
    const refused = await cycle.api.post('/api/builds', { distroId: 'debian-12-lts' });
    expect(await refused.json()).toMatchObject({
      code: 'BROKEN_DEFINITION',
      errors: [{ message: expect.stringContaining('debian-12.yaml') as string }],
    });
    const back = await cycle.promoted();
    expect((await cycle.visible()).map(({ buildId }) => buildId)).toEqual([back.id]);
    rmSync(renamed);
    await cycle.api.app.get(DistroRegistry).refresh();
    first = back;
  });

  it('retires no image that is the last one they see, whatever the database calls current', async () => {
    const shown = await current();
    await promoted();
    deletedByHand(await current());
    await changedByHand(shown, { hidden: false, name: 'Debian 12' });
    for (const body of [{}, { lastImage: true }]) {
      const answer = await post(`${shown}/retire`, body);
      expect(answer).toMatchObject({ status: 409, body: { code: 'LAST_IMAGE' } });
    }
    expect(await seen()).toEqual([shown]);
    await promoted();
    expect(await stateOf(shown)).toBe('retired');
  });

  it('retires the last image of a definition that is gone only when that is meant', async () => {
    const now = await current();
    const { DistroRegistry } = await import('../distro-registry.service.js');
    const away = join(cycle.api.storagePath, 'definitions-away');
    renameSync(cycle.api.distrosPath, away);
    mkdirSync(cycle.api.distrosPath);
    const answer = await post(`${now}/retire`);
    expect(answer).toMatchObject({ status: 409, body: { code: 'LAST_IMAGE' } });
    expect(answer.body).toMatchObject({
      detail: expect.stringContaining('if it should be there, put it back') as string,
    });
    expect(await post(`${now}/retire`, { lastImage: 'yes' })).toMatchObject({
      status: 400,
      body: { errors: [{ field: 'lastImage' }] },
    });
    expect(await seen()).toEqual([now]);
    expect(await post(`${now}/retire`, { lastImage: true })).toMatchObject({
      status: 200,
      body: { state: 'retired', hidden: true },
    });
    expect(await seen()).toEqual([]);
    rmdirSync(cycle.api.distrosPath);
    renameSync(away, cycle.api.distrosPath);
    await cycle.api.app.get(DistroRegistry).refresh();
  });
});
