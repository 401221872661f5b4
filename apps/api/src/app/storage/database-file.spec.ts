import 'reflect-metadata';
import { readdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { BuildSummary, HealthView, Page, Problem } from '@image-manager/contracts';
import { startTestApp, type TestApp } from '../../testing/test-app.js';

describe('a database that is not where it was opened', () => {
  let api: TestApp;
  beforeAll(async () => {
    api = await startTestApp({ LOCAL_CLOUD: 'on' });
  });
  afterAll(() => api.close());

  const files = () => readdirSync(api.storagePath).filter((name) => name.startsWith('image-manager.sqlite'));
  const move = (from: (name: string) => string, to: (name: string) => string, names: string[]) => {
    for (const name of names) renameSync(join(api.storagePath, from(name)), join(api.storagePath, to(name)));
  };
  const health = async (code: string | undefined): Promise<HealthView> => {
    for (let tries = 0; tries < 600; tries += 1) {
      const view = (await (await api.request('/api/health')).json()) as HealthView;
      if (view.problem?.code === code) return view;
      await sleep(50);
    }
    throw new Error(`health never says ${code}`);
  };
  const total = async () => ((await (await api.request('/api/builds')).json()) as Page<BuildSummary>).total;

  it.each([
    ['moved away', /was moved away or deleted while Image Manager runs/],
    ['replaced', /Another file was put in the place of the database/],
  ])('is a problem of its health and starts no build, until it is back (%s)', async (what, words) => {
    await health(undefined);
    const before = await total();
    const names = files();
    move(
      (name) => name,
      (name) => `away-${name}`,
      names,
    );
    if (what === 'replaced') writeFileSync(join(api.storagePath, 'image-manager.sqlite'), '');
    const refused = await api.post('/api/builds', { distroId: 'debian-12' });
    const problem = (await refused.json()) as Problem;
    expect(refused.status).toBe(503);
    expect(problem.code).toBe('DATABASE_MOVED');
    expect(problem.detail).toMatch(words);
    expect(problem.detail).toContain('Put the old one back');
    expect((await health('DATABASE_MOVED')).status).toBe('ok');
    move(
      (name) => `away-${name}`,
      (name) => name,
      names,
    );
    await health(undefined);
    expect(await total()).toBe(before);
  });

  it('lets what is queued wait, and a Ctrl-C end it', async () => {
    const { BuildQueue, DistrosService } = await import('../builder/index.js');
    const { BuildEntity, DatabaseFile } = await import('./index.js');
    const { DataSource } = await import('typeorm');
    const names = files();
    move(
      (name) => name,
      (name) => `away-${name}`,
      names,
    );
    expect(await api.app.get(DatabaseFile).look()).toBeDefined();
    const builds = api.app.get(DataSource).getRepository(BuildEntity);
    const { definition } = api.app.get(DistrosService).registered('debian-12');
    const { id } = await builds.save({
      distroId: 'debian-12',
      status: 'queued',
      packages: [],
      dibArguments: [],
      clouds: ['local'],
      definition: definition!,
      definitionDigest: 'd',
      createdAt: new Date(),
    });
    const queue = api.app.get(BuildQueue);
    queue.wake();
    while (!queue.runningIds.includes(id)) await sleep(10);
    await sleep(200);
    expect((await builds.findOneByOrFail({ id })).status).toBe('queued');
    await queue.cancelAll();
    expect((await builds.findOneByOrFail({ id })).status).toBe('cancelled');
    move(
      (name) => `away-${name}`,
      (name) => name,
      names,
    );
  });
});
