import 'reflect-metadata';
import { execFile } from 'node:child_process';
import { copyFileSync, readdirSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import type { LeakView } from '@image-manager/contracts';
import { LifeCycleHarness, passes } from '../../testing/life-cycle-harness.js';

const COPY = resolve(import.meta.dirname, '../../../../../tools/backup/copy-database.mjs');
const run = promisify(execFile);

describe('a restored backup', () => {
  let cycle: LifeCycleHarness;
  let backup: string;
  /** The cloud's images just before the restore. */
  let then: Record<string, boolean>;
  /** Promoted before, under way during, and promoted after the backup. */
  let builds: { before: number; during: number; after: number };

  const restore = () =>
    cycle.api.restart(() => {
      const { storagePath } = cycle.api;
      for (const name of readdirSync(storagePath))
        if (name.startsWith('image-manager.sqlite')) rmSync(join(storagePath, name));
      copyFileSync(backup, join(storagePath, 'image-manager.sqlite'));
    });
  /** What users see of each, by id. */
  const hidden = async () => Object.fromEntries((await cycle.images()).map(({ id, hidden }) => [id, hidden]));
  const reap = async () => {
    const { Reaper } = await import('../builder/reaper.service.js');
    await cycle.api.app.get(Reaper).reap();
  };

  beforeAll(async () => {
    cycle = await LifeCycleHarness.start();
    const before = (await cycle.promoted()).id;
    const during = await cycle.create({ artifactOf: before });
    const agent = await cycle.agentOf(during);
    await cycle.reaches(during, 'test');
    backup = join(cycle.api.storagePath, '../backup.sqlite');
    await run(process.execPath, [COPY, join(cycle.api.storagePath, 'image-manager.sqlite'), backup]);
    await agent.report(passes());
    expect((await cycle.ended(during)).status).toBe('succeeded');
    builds = { before, during, after: (await cycle.promoted({ artifactOf: before })).id };
    then = await hidden();
    await restore();
  });
  afterAll(() => cycle.api.close());

  it('starts, and has closed what was open without a look at the clouds', async () => {
    const build = await cycle.get(builds.during);
    expect(build).toMatchObject({ status: 'failed', cause: { code: 'DATABASE_RESTORED' } });
    expect(build.stages.some(({ status }) => status === 'running' || status === 'pending')).toBe(false);
    expect((await cycle.api.request(`/api/builds/${builds.after}`)).status).toBe(404);
  });

  it('deletes no image that the clouds have got since: they are only reported', async () => {
    await reap();
    await reap();
    expect(await hidden()).toEqual(then);
    expect(Object.values(then).sort()).toEqual([false, true, true]);
    const leaks = (await (await cycle.api.request('/api/clouds/local/leaks')).json()) as LeakView[];
    expect(leaks.map(({ buildId, removeAt }) => [buildId, removeAt]).sort()).toEqual([
      [builds.during, undefined],
      [builds.after, undefined],
    ]);
  });

  it('gives no number a second time, and builds on: users see its image alone, also beside one that it does not know', async () => {
    const [unknown] = await cycle.visible();
    expect(unknown).toMatchObject({ ours: false, properties: { image_manager_build: String(builds.after) } });
    const { id } = await cycle.promoted({ artifactOf: builds.before });
    expect(id).toBeGreaterThan(builds.after + 1000);
    await cycle.expectClean(id);
    expect((await cycle.visible()).map(({ buildId }) => buildId)).toEqual([id]);
    const images = await cycle.images();
    expect(images).toHaveLength(4);
    expect(images.find((image) => image.id === unknown?.id)).toMatchObject({ ours: true, state: 'retired' });
  });

  it('is one only once: the next start finds an ordinary database', async () => {
    const id = await cycle.create({ artifactOf: builds.before });
    const agent = await cycle.agentOf(id);
    await cycle.reaches(id, 'test');
    await cycle.api.restart();
    await agent.report(passes());
    expect((await cycle.ended(id)).status).toBe('succeeded');
  });

  it('gives no number of the time since, when it is restored once more', async () => {
    const next = async () => {
      const id = await cycle.create({ artifactOf: builds.before });
      await cycle.api.post(`/api/builds/${id}/cancel`, {});
      await cycle.ended(id);
      return id;
    };
    const last = await next();
    await restore();
    expect(await next()).toBeGreaterThan(last + 1000);
  });
});
