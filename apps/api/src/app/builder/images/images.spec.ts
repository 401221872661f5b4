import 'reflect-metadata';
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type {
  BuildView,
  ImageDeletion,
  ImageUsage,
  ImageView,
  LeakView,
  ReapResult,
  RetentionItem,
} from '@image-manager/contracts';
import type { Repository } from 'typeorm';
import type { ImageEntity, ImageSwitchEntity } from '../../storage/index.js';
import { addForeignImage } from '../../../testing/foreign-image.js';
import { LifeCycleHarness } from '../../../testing/life-cycle-harness.js';

describe('images and what is done with them', () => {
  let cycle: LifeCycleHarness;
  let first: BuildView;

  beforeAll(async () => {
    cycle = await LifeCycleHarness.start();
    first = await cycle.promoted();
  }, 60_000);
  afterAll(() => cycle.api.close());

  const post = (path: string, body?: unknown) => cycle.post(path, body);
  const read = async <T>(path: string): Promise<T> =>
    (await (await cycle.api.request(`/api${path}`)).json()) as T;
  const imageOf = async (build: BuildView): Promise<ImageView> =>
    (await cycle.images()).find(({ buildId }) => buildId === build.id)!;
  const plan = async (): Promise<RetentionItem[]> => read('/clouds/local/retention');
  const verdictOf = async (image: ImageView) => {
    const item = (await plan()).find((entry) => entry.image.id === image.id);
    return item && `${item.verdict} ${item.code}`;
  };
  it('rolls back to the image before, and rejects the one that was current', async () => {
    const second = await cycle.promoted({ artifactOf: first.id });
    const target = await imageOf(first);
    expect(target.state).toBe('retired');
    const { status, body } = await post(`/clouds/local/images/${target.id}/rollback`);
    expect(status).toBe(200);
    expect(body).toMatchObject({ id: target.id, state: 'current', name: 'Debian 12', hidden: false });
    expect((await cycle.visible()).map(({ id }) => id)).toEqual([target.id]);
    expect(await imageOf(second)).toMatchObject({ state: 'rejected', hidden: true });
  });

  it('never rolls back to an image that was rejected, is current or does not exist', async () => {
    const rejected = (await cycle.images()).find(({ state }) => state === 'rejected')!;
    const current = await imageOf(first);
    for (const [id, code, status] of [
      [rejected.id, 'NOT_A_TARGET', 409],
      [current.id, 'NOT_A_TARGET', 409],
      [randomUUID(), 'UNKNOWN_IMAGE', 404],
    ] as const) {
      const answer = await post(`/clouds/local/images/${id}/rollback`);
      expect(answer).toMatchObject({ status, body: { code } });
    }
    expect((await cycle.visible()).map(({ id }) => id)).toEqual([current.id]);
  });

  it('tells what a deletion would break, refuses it for what users boot, and deletes a retired image', async () => {
    const path = ({ id }: ImageView) => `/clouds/local/images/${id}`;
    const remove = (image: ImageView) =>
      cycle.api.request(`/api${path(image)}`, {
        method: 'DELETE',
        headers: { 'content-type': 'application/json' },
        body: '{}',
      });
    const before = await imageOf(await cycle.promoted({ artifactOf: first.id }));
    expect(await read<ImageUsage>(`${path(before)}/usage`)).toEqual({
      servers: 0,
      volumes: 0,
      seesAllProjects: true,
    });
    expect(await read<ImageDeletion>(`${path(before)}/deletion`)).toMatchObject({
      allowed: false,
      reasons: [{ code: 'CURRENT' }],
    });
    expect((await remove(before)).status).toBe(409);
    expect(await post(`${path(before)}/retire`)).toMatchObject({
      status: 409,
      body: { code: 'LAST_IMAGE' },
    });
    // The only other one: without it there is nothing to roll back to.
    expect(await read<ImageDeletion>(`${path(await imageOf(first))}/deletion`)).toMatchObject({
      allowed: true,
      consequences: [{ code: 'LAST_ROLLBACK_TARGET' }],
    });
    await cycle.promoted({ artifactOf: first.id });
    const retired = (await cycle.images()).find(({ id }) => id === before.id)!;
    expect(await read<ImageDeletion>(`${path(retired)}/deletion`)).toMatchObject({
      allowed: true,
      reasons: [],
      consequences: [],
    });
    // Somebody shows it to users again.
    const { Clouds } = await import('../../openstack/index.js');
    await cycle.api.app.get(Clouds).get('local').images.update(retired.id, { hidden: false });
    expect((await remove(retired)).status).toBe(409);
    expect(await post(`${path(retired)}/retire`)).toMatchObject({
      status: 200,
      body: { hidden: true, state: 'retired' },
    });
    expect((await remove(retired)).status).toBe(204);
    expect((await cycle.images()).some(({ id }) => id === retired.id)).toBe(false);
    expect((await remove(retired)).status).toBe(404);
  });

  it('completes a rollback that a crash interrupted after its first write, and undoes one before it', async () => {
    const { ImageSwitchEntity: Switches, ImageEntity: Images } = await import('../../storage/index.js');
    const { getRepositoryToken } = await import('@nestjs/typeorm');
    const { ImageSwitch } = await import('./image-switch.service.js');
    const { Clouds } = await import('../../openstack/index.js');
    const journal = cycle.api.app.get<Repository<ImageSwitchEntity>>(getRepositoryToken(Switches));
    const rows = cycle.api.app.get<Repository<ImageEntity>>(getRepositoryToken(Images));
    const second = await cycle.promoted({ artifactOf: first.id });
    const [old, now] = [await imageOf(first), await imageOf(second)];
    const interrupted = (targetId: string) =>
      journal.save({
        cloud: 'local',
        distroId: 'debian-12',
        targetId,
        kind: 'rollback',
        buildId: null,
        presentation: { imageName: 'Debian 12', visibility: 'private', protected: false, members: [] },
        state: 'begun',
        createdAt: new Date(),
        updatedAt: new Date(),
      });

    const before = await interrupted(old.id);
    await cycle.api.app.get(ImageSwitch).recover();
    expect(await journal.findOneBy({ id: before.id })).toMatchObject({ state: 'undone' });
    expect((await cycle.visible()).map(({ id }) => id)).toEqual([now.id]);

    const after = await interrupted(old.id);
    await cycle.api.app.get(Clouds).get('local').images.update(old.id, { name: 'Debian 12', hidden: false });
    await cycle.api.app.get(ImageSwitch).recover();
    expect(await journal.findOneBy({ id: after.id })).toMatchObject({ state: 'done' });
    expect((await cycle.visible()).map(({ id }) => id)).toEqual([old.id]);
    expect(await rows.findOneBy({ cloud: 'local', id: old.id })).toMatchObject({ state: 'current' });
    expect(await rows.findOneBy({ cloud: 'local', id: now.id })).toMatchObject({ state: 'rejected' });
  });

  it('settles an interrupted rollback before the next promotion: what was rolled back from stays rejected', async () => {
    const { ImageSwitchEntity: Switches } = await import('../../storage/index.js');
    const { getRepositoryToken } = await import('@nestjs/typeorm');
    const { Clouds } = await import('../../openstack/index.js');
    const journal = cycle.api.app.get<Repository<ImageSwitchEntity>>(getRepositoryToken(Switches));
    const bad = await cycle.promoted({ artifactOf: first.id });
    const target = (await cycle.images()).find(({ state }) => state === 'retired')!;
    const row = await journal.save({
      cloud: 'local',
      distroId: 'debian-12',
      targetId: target.id,
      kind: 'rollback',
      buildId: null,
      presentation: { imageName: 'Debian 12', visibility: 'private', protected: false, members: [] },
      state: 'shown',
      createdAt: new Date(),
      updatedAt: new Date(),
    });
    const { images } = cycle.api.app.get(Clouds).get('local');
    await images.update(target.id, { name: 'Debian 12', hidden: false });

    const next = await cycle.promoted({ artifactOf: first.id });
    expect(await journal.findOneBy({ id: row.id })).toMatchObject({ state: 'done' });
    expect(await imageOf(bad)).toMatchObject({ state: 'rejected', hidden: true });
    expect((await cycle.visible()).map(({ buildId }) => buildId)).toEqual([next.id]);
    expect((await cycle.images()).find(({ id }) => id === target.id)).toMatchObject({ state: 'retired' });
  });

  it('shows a foreign image of the same name, touches it never, and adopts it when a person says so', async () => {
    const id = addForeignImage(cycle.api.storagePath, 'Debian 12');
    const found = (await cycle.images()).find((image) => image.id === id);
    expect(found).toMatchObject({ ours: false, hidden: false });
    expect((await plan()).find(({ image }) => image.id === id)).toMatchObject({
      verdict: 'keep',
      code: 'FOREIGN',
    });
    expect(await post(`/clouds/local/images/${id}/rollback`)).toMatchObject({
      status: 409,
      body: { code: 'FOREIGN_IMAGE' },
    });
    await cycle.promoted({ artifactOf: first.id });
    expect((await cycle.images()).find((image) => image.id === id)).toEqual(found);

    const { status, body } = await post(`/clouds/local/images/${id}/adopt`, {
      distroId: 'debian-12',
    });
    expect(status).toBe(200);
    // Beside a current image of ours there is no second of its name.
    expect(body).toMatchObject({ ours: true, state: 'retired', hidden: true, distroId: 'debian-12' });
    expect((await cycle.visible()).map(({ name }) => name)).toEqual(['Debian 12']);
    expect(await post(`/clouds/local/images/${id}/adopt`, { distroId: 'debian-12' })).toMatchObject({
      status: 409,
      body: { code: 'ALREADY_OURS' },
    });
    expect(await post(`/clouds/local/images/${id}/rollback`)).toMatchObject({
      status: 200,
      body: { id, state: 'current', name: 'Debian 12' },
    });
  });

  it('says what retention would delete and why, and deletes just that', async () => {
    const { ImageEntity: Images } = await import('../../storage/index.js');
    const { getRepositoryToken } = await import('@nestjs/typeorm');
    const rows = cycle.api.app.get<Repository<ImageEntity>>(getRepositoryToken(Images));
    const current = (await cycle.visible())[0]!;
    const rejected = (await cycle.images()).find(({ state }) => state === 'rejected')!;
    const builds = [
      await cycle.promoted({ artifactOf: first.id }),
      await cycle.promoted({ artifactOf: first.id }),
      await cycle.promoted({ artifactOf: first.id }),
    ];
    const [old, kept] = [await imageOf(builds[0]!), await imageOf(builds[1]!)];
    const long = new Date(Date.now() - 400 * 24 * 3600 * 1000);
    await rows.update({ cloud: 'local', id: old.id }, { retiredAt: long });
    await cycle.editDefinition((text) =>
      text.replace(/^retention:\n {2}keep: .*\n/m, 'retention:\n  keep: 1\n'),
    );

    expect(await verdictOf(kept)).toBe('keep WITHIN_COUNT');
    expect(await verdictOf(rejected)).toBe('keep WITHIN_AGE');
    expect(await verdictOf(await imageOf(builds[2]!))).toBe('keep CURRENT');
    expect(await verdictOf(current)).toBe('keep WITHIN_AGE');
    expect(await verdictOf(old)).toBe('delete EXPIRED');
    await rows.update({ cloud: 'local', id: rejected.id }, { retiredAt: long });
    expect(await verdictOf(rejected)).toBe('delete REJECTED');

    const before = await cycle.images();
    // What a person did not agree to stays.
    const none = await post('/clouds/local/retention', { imageIds: [] });
    expect((none.body as RetentionItem[]).filter(({ verdict }) => verdict === 'delete')).toEqual([]);
    expect(await cycle.images()).toEqual(before);
    const body = (await post('/clouds/local/retention')).body as RetentionItem[];
    const gone = body.filter(({ verdict }) => verdict === 'delete').map(({ image }) => image.id);
    expect(gone.sort()).toEqual([old.id, rejected.id].sort());
    expect(body.filter(({ problem }) => problem !== undefined)).toEqual([]);
    const left = (await cycle.images()).map(({ id }) => id);
    expect(left.sort()).toEqual(
      before
        .map(({ id }) => id)
        .filter((id) => !gone.includes(id))
        .sort(),
    );
  });

  it('does not count on a retired image that is gone, and forgets it unless what users boot is missing, too', async () => {
    const { ImageEntity: Images, Ledger } = await import('../../storage/index.js');
    const { getRepositoryToken } = await import('@nestjs/typeorm');
    const rows = cycle.api.app.get<Repository<ImageEntity>>(getRepositoryToken(Images));
    const builds = [
      await cycle.promoted({ artifactOf: first.id }),
      await cycle.promoted({ artifactOf: first.id }),
      await cycle.promoted({ artifactOf: first.id }),
    ];
    const [older, newer, current] = [
      await imageOf(builds[0]!),
      await imageOf(builds[1]!),
      await imageOf(builds[2]!),
    ];
    const folderOf = ({ id }: ImageView) => join(cycle.api.storagePath, 'clouds/local/images', id);
    const away = (image: ImageView) => join(cycle.api.storagePath, image.id);
    const stateOf = async ({ id }: ImageView) => [
      (await rows.findOneBy({ cloud: 'local', id }))?.state,
      (await cycle.api.app.get(Ledger).find('local', 'image', id))?.state,
    ];
    expect(await verdictOf(older)).toBe('keep WITHIN_AGE');
    renameSync(folderOf(newer), away(newer));
    expect(await verdictOf(older)).toBe('keep WITHIN_COUNT');

    renameSync(folderOf(current), away(current));
    await post('/clouds/local/retention');
    expect(await stateOf(newer)).toEqual(['retired', 'kept']);
    renameSync(away(current), folderOf(current));
    await post('/clouds/local/retention');
    expect(await stateOf(newer)).toEqual(['deleted', 'released']);
    expect(await stateOf(older)).toEqual(['retired', 'kept']);
    expect(await stateOf(current)).toEqual(['current', 'kept']);
  });

  it('finds what nobody accounts for, and only reports what the ledger does not know', async () => {
    const { Clouds } = await import('../../openstack/index.js');
    const { Installation, Ledger } = await import('../../storage/index.js');
    const { Leaks } = await import('./leaks.service.js');
    const { images } = cycle.api.app.get(Clouds).get('local');
    const installationId = cycle.api.app.get(Installation).id;
    const make = (buildId: number) =>
      images.create({
        name: `Debian 12 candidate, build ${buildId}`,
        diskFormat: 'qcow2',
        minDiskGb: 1,
        minMemoryMb: 64,
        properties: {},
        tags: [],
        ownership: { installationId, buildId },
      });
    const [unknown, known] = [await make(4711), await make(first.id)];
    const ledger = cycle.api.app.get(Ledger);
    const row = await ledger.intend({ buildId: first.id, cloud: 'local', kind: 'image', name: known.name });
    await ledger.hold(row, known.id);

    const leaks = await read<LeakView[]>('/clouds/local/leaks');
    expect(leaks).toHaveLength(2);
    const of = (id: string) => leaks.find((leak) => leak.id === id)!;
    expect(of(unknown.id)).toMatchObject({ kind: 'image', known: false, buildId: 4711 });
    expect(of(unknown.id).removeAt).toBeUndefined();
    expect(of(known.id)).toMatchObject({ known: true, removeAt: expect.any(String) as string });

    // The grace period holds for the reaper, not for a person.
    expect(await cycle.api.app.get(Leaks).reapDue('local')).toEqual([]);
    const reaped = await post('/clouds/local/leaks/reap', { ids: [unknown.id, known.id, 'nonsense'] });
    const body = reaped.body as ReapResult[];
    expect(body.find(({ id }) => id === known.id)).toEqual({ id: known.id, removed: true });
    expect(body.find(({ id }) => id === unknown.id)).toMatchObject({ removed: false });
    expect(body.find(({ id }) => id === 'nonsense')).toMatchObject({ removed: false });
    expect(await images.find(known.id)).toBeUndefined();
    expect(await images.find(unknown.id)).toBeDefined();
    await images.delete(unknown.id);
  });

  it('reports an image whose record cannot be read, and applies retention to the others meanwhile', async () => {
    const [old] = (await cycle.images()).filter(({ state }) => state === 'retired' || state === 'rejected');
    const record = join(cycle.api.storagePath, 'clouds/local/images', old!.id, 'image.json');
    const text = readFileSync(record, 'utf8');
    writeFileSync(record, 'x');
    expect((await post('/clouds/local/retention')).status).toBe(200);
    expect(await read<LeakView[]>('/clouds/local/leaks')).toEqual([
      expect.objectContaining({
        kind: 'image',
        id: old!.id,
        code: 'UNREADABLE',
        buildId: old!.buildId,
        problem: expect.stringContaining(record) as string,
      }),
    ]);
    // Users may boot it, for all that anybody knows.
    const { body } = await post('/clouds/local/leaks/reap', { ids: [old!.id] });
    expect(body).toEqual([
      { id: old!.id, removed: false, problem: expect.stringContaining(record) as string },
    ]);
    writeFileSync(record, text);
    expect(await read<LeakView[]>('/clouds/local/leaks')).toEqual([]);
    expect(await cycle.images()).toContainEqual(old);
  });

  it('refuses what makes no sense, and says which field', async () => {
    const adopt = await post('/clouds/local/images/x/adopt', { distroId: 'No Such' });
    expect(adopt).toMatchObject({ status: 400, body: { errors: [{ field: 'distroId' }] } });
    expect((await post('/clouds/local/leaks/reap', { ids: [] })).status).toBe(400);
    expect((await post('/clouds/nowhere/retention')).status).toBe(404);
    expect((await cycle.api.request('/api/clouds/nowhere/leaks')).status).toBe(404);
    const clouds = await post('/builds', { distroId: 'debian-12', clouds: ['nowhere'] });
    expect(clouds).toMatchObject({ status: 404, body: { code: 'UNKNOWN_CLOUD' } });
  });
});
