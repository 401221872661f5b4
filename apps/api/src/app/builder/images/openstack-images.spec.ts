import 'reflect-metadata';
import { decodeUserData } from '@image-manager/agent-contract';
import type { CloudImage } from '@image-manager/cloud';
import { respond, startStandIn, to, type StandIn } from '@image-manager/cloud-openstack/testing';
import type { BuildView, ImageDeletion, ImageUsage, ImageView, LeakView } from '@image-manager/contracts';
import type { Repository } from 'typeorm';
import type { ImageEntity, LedgerEntity } from '../../storage/index.js';
import { LifeCycleHarness, passes } from '../../../testing/life-cycle-harness.js';

const CLOUD = 'openstack';

/** What Glance can say of an image, and the local cloud cannot. */
describe('images in an OpenStack', () => {
  let standIn: StandIn;
  let cycle: LifeCycleHarness;
  let first: BuildView;
  let rows: Repository<ImageEntity>;
  let ledger: Repository<LedgerEntity>;

  beforeAll(async () => {
    standIn = await startStandIn();
    cycle = await LifeCycleHarness.start({
      cloud: CLOUD,
      settingsOfServers: () =>
        standIn
          .servers()
          .map(({ userData }) => decodeUserData(userData))
          .filter((settings) => settings !== undefined),
      environment: { ...standIn.environment(), GRPC_PUBLIC_ADDRESS: '192.0.2.1:50051' },
    });
    const { ImageEntity: Images, LedgerEntity: Entries } = await import('../../storage/index.js');
    const { getRepositoryToken } = await import('@nestjs/typeorm');
    rows = cycle.api.app.get<Repository<ImageEntity>>(getRepositoryToken(Images));
    ledger = cycle.api.app.get<Repository<LedgerEntity>>(getRepositoryToken(Entries));
    first = await cycle.promoted();
  }, 60_000);
  afterAll(async () => {
    await cycle.api.close();
    await standIn.close();
  });

  const post = (path: string, body?: unknown) => cycle.post(`/clouds/${CLOUD}${path}`, body);
  const leaks = async (): Promise<LeakView[]> =>
    (await (await cycle.api.request(`/api/clouds/${CLOUD}/leaks`)).json()) as LeakView[];
  const imageOf = async (build: BuildView): Promise<ImageView> =>
    (await cycle.images()).find(({ buildId }) => buildId === build.id)!;
  const current = async (): Promise<ImageView> => (await cycle.visible())[0]!;
  const inGlance = (id: string) => standIn.images().find((image) => image.id === id);
  /** A hidden image that bears the mark of a build. */
  const marked = async (buildId: number, tags: string[]): Promise<CloudImage> => {
    const { Clouds } = await import('../../openstack/index.js');
    const { Installation } = await import('../../storage/index.js');
    const image = await cycle.api.app
      .get(Clouds)
      .get(CLOUD)
      .images.create({
        name: 'Debian 12 (2026-01-02 03:04)',
        diskFormat: 'qcow2',
        minDiskGb: 1,
        minMemoryMb: 64,
        properties: {},
        tags,
        ownership: { installationId: cycle.api.app.get(Installation).id, buildId },
      });
    return image;
  };
  const entry = (fields: Partial<LedgerEntity>): Promise<LedgerEntity> => {
    const now = new Date();
    return ledger.save(
      ledger.create({
        buildId: first.id,
        cloud: CLOUD,
        kind: 'image',
        name: 'Debian 12 candidate',
        state: 'held',
        createdAt: now,
        updatedAt: now,
        ...fields,
      }),
    );
  };
  const row = (id: string, state: ImageEntity['state']): Promise<ImageEntity> =>
    rows.save({
      cloud: CLOUD,
      id,
      buildId: first.id,
      distroId: 'debian-12',
      state,
      sha512: 's',
      createdAt: new Date(),
    } as ImageEntity);

  it('refuses to delete an image while servers stand on it, says which and what to do, and deletes it after them', async () => {
    const { Clouds } = await import('../../openstack/index.js');
    const { Installation } = await import('../../storage/index.js');
    const { servers } = cycle.api.app.get(Clouds).get(CLOUD);
    const before = await cycle.promoted({ artifactOf: first.id });
    await cycle.promoted({ artifactOf: first.id });
    const retired = await imageOf(before);
    const path = `/api/clouds/${CLOUD}/images/${retired.id}`;
    const remove = () =>
      cycle.api.request(path, {
        method: 'DELETE',
        headers: { 'content-type': 'application/json' },
        body: '{}',
      });
    const boot = (name: string) =>
      servers.create({
        name,
        imageId: retired.id,
        userData: '#cloud-config\n{}\n',
        metadata: {},
        ownership: { installationId: cycle.api.app.get(Installation).id, buildId: first.id },
      });
    const users = [await boot('a-users-web'), await boot('a-users-database')];

    const usage = (await (await cycle.api.request(`${path}/usage`)).json()) as ImageUsage;
    expect(usage).toMatchObject({ servers: 2, volumes: 0 });
    const look = (await (await cycle.api.request(`${path}/deletion`)).json()) as ImageDeletion;
    expect(look).toMatchObject({ allowed: false, reasons: [{ code: 'IN_USE' }], usage });
    const refused = await remove();
    expect(refused.status).toBe(409);
    expect(await refused.json()).toMatchObject({
      code: 'NOT_DELETABLE',
      detail: expect.stringMatching(
        new RegExp(
          `^Image ${retired.id} in cloud ${CLOUD} is not deleted. In use by server (${users.map(({ id }) => id).join('|')}) and 1 more: delete that first`,
        ),
      ) as string,
    });
    expect(inGlance(retired.id)).toBeDefined();

    for (const { id } of users) await servers.delete(id);
    expect((await remove()).status).toBe(204);
    expect(inGlance(retired.id)).toBeUndefined();
  }, 30_000);

  it('shares the new image with its members before the one before is hidden', async () => {
    await cycle.editDefinition((text) =>
      text
        .replace('visibility: private', 'visibility: shared')
        .replace('members: []', 'members: [project-a]'),
    );
    const before = await current();
    const since = standIn.requests.length;
    const build = await cycle.promoted({ artifactOf: first.id });
    const { id } = await imageOf(build);
    const writes = standIn.requests
      .slice(since)
      .filter(({ method, path }) => method === 'PATCH' || (method === 'POST' && path.endsWith('/members')))
      .map(({ method, path }) => `${method} ${path.replace('/image/v2/images/', '')}`);
    expect(writes).toEqual([`PATCH ${id}`, `POST ${id}/members`, `PATCH ${before.id}`]);
    expect(inGlance(id)?.members).toEqual(['project-a']);
  });

  it('goes on with a boot when Nova cannot be asked for some seconds', async () => {
    const id = await cycle.create({ artifactOf: first.id });
    await cycle.until(() => Promise.resolve(standIn.servers().length > 0));
    standIn.fault({ match: to('GET', /\/servers\/[0-9a-f-]{36}$/), times: 9, effect: respond(503, '') });
    const agent = await cycle.agentOf(id);
    await agent.report(passes());
    const build = await cycle.ended(id);
    expect(build.cause).toBeUndefined();
    standIn.clearFaults();
  }, 30_000);

  it('never rolls back to an image that an administrator has deactivated', async () => {
    const now = await current();
    const target = await imageOf(first);
    Object.assign(inGlance(target.id)!, { status: 'deactivated' });
    const answer = await post(`/images/${target.id}/rollback`);
    expect(answer).toMatchObject({ status: 409, body: { code: 'NOT_A_TARGET' } });
    expect(answer.body).toMatchObject({ detail: expect.stringContaining('deactivated') as string });
    expect((await current()).id).toBe(now.id);
    Object.assign(inGlance(target.id)!, { status: 'active' });
  });

  it('keeps what users have seen by the cloud’s word, whatever a restored database says', async () => {
    const { Reaper } = await import('../reaper.service.js');
    const image = await marked(first.id, ['image-manager', 'retired']);
    await row(image.id, 'candidate');
    const held = await entry({ externalId: image.id });
    const [leak] = await leaks();
    expect(leak).toMatchObject({ id: image.id });
    expect(leak?.removeAt).toBeUndefined();
    expect((await post('/leaks/reap', { ids: [image.id] })).body).toMatchObject([
      { id: image.id, removed: false },
    ]);
    await cycle.api.app.get(Reaper).reap();
    expect(inGlance(image.id)).toBeDefined();
    expect(await ledger.findOneBy({ id: held.id })).toMatchObject({ state: 'kept' });
    await rows.delete({ id: image.id });
    standIn.removeImage(image.id);
  });

  it('takes nothing for what an intent meant that is older than the intent', async () => {
    const { Undo } = await import('../undo.service.js');
    const image = await marked(first.id, ['image-manager']);
    Object.assign(inGlance(image.id)!, { createdAt: '2026-01-02T03:04:05Z' });
    const intended = await entry({ state: 'intended' });
    expect(await cycle.api.app.get(Undo).undo(intended)).toBe('waiting');
    expect(inGlance(image.id)).toBeDefined();
    await ledger.delete({ id: intended.id });
    standIn.removeImage(image.id);
  });

  it('leaves alone what the same build holds under another name of the same project', async () => {
    const { Undo } = await import('../undo.service.js');
    const image = await marked(first.id, ['image-manager']);
    const twin = await entry({ cloud: 'another-name', externalId: image.id });
    const intended = await entry({ state: 'intended' });
    expect(await cycle.api.app.get(Undo).undo(intended)).toBe('waiting');
    expect(inGlance(image.id)).toBeDefined();
    await ledger.delete([twin.id, intended.id]);
    standIn.removeImage(image.id);
  });

  it('takes a candidate for deleted when a crash came between its deletion and our word of it', async () => {
    const { Undo } = await import('../undo.service.js');
    const image = await marked(first.id, ['image-manager']);
    await row(image.id, 'candidate');
    const held = await entry({ externalId: image.id });
    standIn.removeImage(image.id);
    expect(await cycle.api.app.get(Undo).undo(held)).toBe('released');
    expect(await rows.findOneBy({ id: image.id })).toMatchObject({ state: 'deleted' });
  });

  it('removes the candidate of a promotion that came to nothing while the cloud could not be asked', async () => {
    const { Leaks } = await import('./leaks.service.js');
    const image = await marked(first.id, ['image-manager']);
    await row(image.id, 'candidate');
    await entry({ externalId: image.id, state: 'kept' });
    expect(await leaks()).toMatchObject([
      { id: image.id, known: true, removeAt: expect.any(String) as string },
    ]);
    expect(await cycle.api.app.get(Leaks).reap(CLOUD, [image.id])).toEqual([{ id: image.id, removed: true }]);
    expect(inGlance(image.id)).toBeUndefined();
  });

  it('leaves it to the promotion itself to say that the cloud cannot be asked after a restart', async () => {
    const { PromoteStage } = await import('../stages/promote.stage.js');
    standIn.fault({ match: to('GET', /\/images\/[^/]+$/), effect: respond(403, '') });
    await expect(cycle.api.app.get(PromoteStage).hasBegun(first.id, CLOUD)).resolves.toBe(true);
    standIn.clearFaults();
  });

  it('adopts once more what an interrupted adoption left without our mark', async () => {
    const image = inGlance((await imageOf(first)).id)!;
    const foreign = standIn.addImage({
      ...structuredClone(image),
      id: 'foreign-1',
      properties: {},
      hidden: false,
      name: 'Debian 12',
    });
    await rows.save({
      cloud: CLOUD,
      id: foreign.id,
      buildId: null,
      distroId: 'debian-12',
      state: 'retired',
      sha512: foreign.sha512!,
      createdAt: new Date(),
    });
    await entry({ buildId: null, externalId: foreign.id, state: 'kept' });
    expect(await post(`/images/${foreign.id}/rollback`)).toMatchObject({
      status: 409,
      body: { code: 'FOREIGN_IMAGE' },
    });
    const adopt = () => post(`/images/${foreign.id}/adopt`, { distroId: 'debian-12' });
    expect(await adopt()).toMatchObject({
      status: 200,
      body: { ours: true, state: 'retired', hidden: true },
    });
    expect(await ledger.countBy({ externalId: foreign.id })).toBe(1);
    expect(await adopt()).toMatchObject({ status: 409, body: { code: 'ALREADY_OURS' } });
  });

  it('hides what an administrator has deactivated as soon as another is adopted in its place', async () => {
    const now = await current();
    const image = inGlance(now.id)!;
    Object.assign(image, { status: 'deactivated' });
    const { id } = standIn.addImage({
      ...structuredClone(image),
      id: 'foreign-2',
      status: 'active',
      properties: {},
      protected: false,
    });
    expect(await post(`/images/${id}/adopt`, { distroId: 'debian-12' })).toMatchObject({
      status: 200,
      body: { state: 'current', hidden: false },
    });
    expect((await cycle.visible()).map((seen) => seen.id)).toEqual([id]);
    expect(await rows.findOneBy({ cloud: CLOUD, id: now.id })).toMatchObject({ state: 'retired' });
    Object.assign(image, { status: 'active' });
  });

  it('says that nothing is left to roll back to as soon as the other retired images are gone or deactivated', async () => {
    await cycle.promoted({ artifactOf: first.id });
    const retired = (await cycle.images()).filter(({ state }) => state === 'retired');
    const [image, deactivated, ...gone] = retired;
    expect(gone.length).toBeGreaterThan(0);
    const consequences = async () => {
      const response = await cycle.api.request(`/api/clouds/${CLOUD}/images/${image!.id}/deletion`);
      return ((await response.json()) as ImageDeletion).consequences.map(({ code }) => code);
    };
    // Somebody else deletes them: our rows still tell of them.
    for (const { id } of gone) standIn.removeImage(id);
    expect(await rows.countBy({ cloud: CLOUD, state: 'retired' })).toBe(retired.length);
    expect(await consequences()).toEqual([]);
    Object.assign(inGlance(deactivated!.id)!, { status: 'deactivated' });
    expect(await consequences()).toEqual(['LAST_ROLLBACK_TARGET']);
    Object.assign(inGlance(deactivated!.id)!, { status: 'active' });
    standIn.removeImage(deactivated!.id);
    expect(await consequences()).toEqual(['LAST_ROLLBACK_TARGET']);
  });
});
