import 'reflect-metadata';
import type { BuildView, CloudView, LeakView, Problem } from '@image-manager/contracts';
import type { Repository } from 'typeorm';
import type { BuildEntity as BuildRow, StageEntity as StageRow } from '../storage/index.js';
import { LifeCycleHarness, passes } from '../../testing/life-cycle-harness.js';

describe('test servers that stay for a look inside', () => {
  let cycle: LifeCycleHarness;
  let artifactOf: number;

  beforeAll(async () => {
    cycle = await LifeCycleHarness.start();
    artifactOf = (await cycle.promoted()).id;
  }, 60_000);
  afterAll(() => cycle.api.close());

  const read = async <T>(path: string): Promise<T> =>
    (await (await cycle.api.request(`/api${path}`)).json()) as T;
  const release = async (id: number) => {
    const response = await cycle.api.post(`/api/builds/${id}/release-server`, {});
    return { status: response.status, body: (await response.json()) as Omit<BuildView, 'status'> & Problem };
  };
  const decide = async (id: number, keepFailedServerMinutes: unknown) => {
    const response = await cycle.api.request(`/api/builds/${id}/keep-server`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ keepFailedServerMinutes }),
    });
    return { status: response.status, body: (await response.json()) as Omit<BuildView, 'status'> & Problem };
  };
  const released = async (id: number) => {
    const { Ledger } = await import('../storage/index.js');
    await cycle.until(async () =>
      (await cycle.api.app.get(Ledger).ofBuild(id)).every(({ state }) => state === 'released'),
    );
    await cycle.expectClean(id);
  };

  it('keeps a failed build’s server for a look inside as long as asked, and lets it go when told', async () => {
    const id = await cycle.create({ artifactOf, keepFailedServerMinutes: 60 });
    const agent = await cycle.agentOf(id);
    // A server that is off could not be looked into.
    expect(await agent.report(passes('disk.write'))).toMatchObject({ instruction: 'INSTRUCTION_KEEP' });
    const build = await cycle.ended(id);
    expect(build.status).toBe('failed');
    expect(build.keptServers).toHaveLength(1);
    const [kept] = build.keptServers;
    expect(Date.parse(kept!.keptUntil) - Date.now()).toBeGreaterThan(50 * 60_000);
    const [cloud] = await read<CloudView[]>('/clouds');
    expect(cloud?.servers).toEqual([expect.objectContaining({ id: kept!.id, keptUntil: kept!.keptUntil })]);
    expect(await read<LeakView[]>('/clouds/local/leaks')).toEqual([]);

    const { Reaper } = await import('./reaper.service.js');
    await cycle.api.app.get(Reaper).reap();
    expect((await cycle.get(id)).keptServers).toHaveLength(1);

    expect(await release(id)).toMatchObject({
      status: 200,
      body: { keptServers: [] },
    });
    const { Ledger } = await import('../storage/index.js');
    await cycle.until(async () =>
      (await cycle.api.app.get(Ledger).ofBuild(id)).every(({ state }) => state === 'released'),
    );
    expect((await read<CloudView[]>('/clouds'))[0]!.servers).toEqual([]);
    await cycle.expectClean(id);
    expect(await release(id)).toMatchObject({
      status: 409,
      body: { code: 'NOTHING_KEPT' },
    });
  });

  it('keeps it when a person says so while the build runs, and tells it in the log', async () => {
    const id = await cycle.create({ artifactOf });
    const agent = await cycle.agentOf(id);
    expect(await cycle.get(id)).toMatchObject({ keepFailedServerMinutes: 0, canKeepServer: true });
    expect(await decide(id, 45)).toMatchObject({
      status: 200,
      body: { id, keepFailedServerMinutes: 45, canKeepServer: true },
    });
    expect(await agent.report(passes('disk.write'))).toMatchObject({ instruction: 'INSTRUCTION_KEEP' });
    const { status, keptServers, canKeepServer } = await cycle.ended(id);
    expect({ status, canKeepServer }).toEqual({ status: 'failed', canKeepServer: false });
    expect(keptServers).toEqual([expect.objectContaining({ cloud: 'local', kind: 'local', addresses: [] })]);
    const left = Date.parse(keptServers[0]!.keptUntil) - Date.now();
    expect(left).toBeGreaterThan(35 * 60_000);
    expect(left).toBeLessThan(46 * 60_000);
    const { lines } = await cycle.log(id);
    expect(lines.filter(({ text }) => text.startsWith('A person decided'))).toEqual([
      expect.objectContaining({
        stream: 'manager',
        text: 'A person decided that the test server stays for 45 min if the build fails',
      }),
    ]);
    expect(await decide(id, 60)).toMatchObject({ status: 409, body: { code: 'ALREADY_ENDED' } });
    const retried = (await cycle.post(`/builds/${id}/retry`)).body as BuildView;
    expect(retried.keepFailedServerMinutes).toBe(45);
    await cycle.post(`/builds/${retried.id}/cancel`);
    await cycle.ended(retried.id);
    expect(await release(id)).toMatchObject({ status: 200, body: { keptServers: [] } });
    await released(id);
  });

  it('deletes it when a person thinks better of it, and whenever the build succeeds', async () => {
    const id = await cycle.create({ artifactOf, keepFailedServerMinutes: 60 });
    const agent = await cycle.agentOf(id);
    expect(await decide(id, 0)).toMatchObject({ status: 200, body: { keepFailedServerMinutes: 0 } });
    expect(await agent.report(passes('disk.write'))).toMatchObject({ instruction: 'INSTRUCTION_SHUTDOWN' });
    expect(await cycle.ended(id)).toMatchObject({ status: 'failed', keptServers: [] });
    await released(id);

    const good = await cycle.promoted({ artifactOf, keepFailedServerMinutes: 60 });
    expect(good).toMatchObject({ status: 'succeeded', keptServers: [] });
    await cycle.expectClean(good.id);
  });

  it('refuses what comes too late or makes no sense, and says which it is', async () => {
    const id = await cycle.create({ artifactOf });
    await cycle.agentOf(id);
    for (const minutes of [-1, 1.5, 10_081, '60', null]) {
      const { status, body } = await decide(id, minutes);
      expect(status).toBe(400);
      expect(body.errors?.map(({ field }) => field)).toContain('keepFailedServerMinutes');
    }
    const { BuildEntity, StageEntity } = await import('../storage/index.js');
    const { getRepositoryToken } = await import('@nestjs/typeorm');
    const stages = cycle.api.app.get<Repository<StageRow>>(getRepositoryToken(StageEntity));
    await stages.update({ buildId: id, stage: 'cleanup', cloud: 'local' }, { status: 'running' });
    expect(await decide(id, 60)).toMatchObject({ status: 409, body: { code: 'CLEANUP_BEGUN' } });
    expect((await cycle.get(id)).canKeepServer).toBe(false);
    await stages.update({ buildId: id, stage: 'cleanup', cloud: 'local' }, { status: 'pending' });

    const builds = cycle.api.app.get<Repository<BuildRow>>(getRepositoryToken(BuildEntity));
    await builds.update({ id }, { cancelRequestedAt: new Date() });
    expect(await decide(id, 60)).toMatchObject({ status: 409, body: { code: 'CANCELLING' } });
    await builds.update({ id }, { cancelRequestedAt: null });
    expect((await cycle.api.post(`/api/builds/${id}/cancel`, {})).status).toBe(202);
    expect((await cycle.ended(id)).status).toBe('cancelled');
    expect(await decide(999_999, 60)).toMatchObject({ status: 404, body: { code: 'UNKNOWN_BUILD' } });
    await released(id);
  });
});
