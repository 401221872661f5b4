import 'reflect-metadata';
import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import {
  AGENT_CHECKS,
  type BuildView,
  type LogMarks,
  type LogPage,
  type LogSearchResult,
} from '@image-manager/contracts';
import type { Repository } from 'typeorm';
import type { BuildEntity as BuildRow } from '../storage/index.js';
import { LifeCycleHarness, passes } from '../../testing/life-cycle-harness.js';
import { settingsOnConfigDrive, TestAgent } from '../../testing/test-agent.js';

describe('the life cycle', () => {
  let cycle: LifeCycleHarness;

  beforeAll(async () => {
    cycle = await LifeCycleHarness.start();
  });
  afterAll(() => cycle.api.close());

  const logOf = async <T>(id: number, path = '') =>
    (await (await cycle.api.request(`/api/builds/${id}/log${path}`)).json()) as T;

  let first: number;

  it('brings an image from nothing to its users, with one checksum all the way', async () => {
    first = await cycle.create();
    const agent = await cycle.agentOf(first);
    await agent.report(passes());
    const build = await cycle.ended(first);
    expect(build.cause).toBeUndefined();
    expect(build.status).toBe('succeeded');
    expect(build.stages.map(({ status }) => status)).toEqual(Array(7).fill('succeeded'));
    expect(build.checks).toHaveLength(AGENT_CHECKS.length);
    const [image] = await cycle.visible();
    expect(image).toMatchObject({ name: 'Debian 12', state: 'current', buildId: first });
    expect(image?.checksum).toEqual({ algorithm: 'sha512', value: build.artifact?.sha512 });
    await cycle.expectClean(first);
  });

  it('starts although a folder lies among the artifacts', async () => {
    const { ArtifactShelf } = await import('./artifact-shelf.service.js');
    const folder = join(cycle.api.storagePath, 'artifacts', `build-${first}.raw`);
    mkdirSync(join(folder, 'notes'), { recursive: true });
    await cycle.api.app.get(ArtifactShelf).sweep();
    expect(readdirSync(folder)).toEqual(['notes']);
    rmSync(folder, { recursive: true });
  });

  it('retires the one before without a moment in which there is none', async () => {
    const before = (await cycle.visible())[0];
    const id = await cycle.create({ artifactOf: first });
    const agent = await cycle.agentOf(id);
    const seen = new Set<number>();
    const done = new AbortController();
    const sampler = (async () => {
      while (!done.signal.aborted)
        seen.add((await cycle.visible()).filter(({ name }) => name === 'Debian 12').length);
    })();
    await agent.report(passes());
    expect((await cycle.ended(id)).status).toBe('succeeded');
    done.abort();
    await sampler;
    expect(Math.min(...seen)).toBe(1);
    expect(Math.max(...seen)).toBeLessThanOrEqual(2);
    expect((await cycle.visible()).map(({ buildId }) => buildId)).toEqual([id]);
    expect((await cycle.images()).find((image) => image.id === before?.id)).toMatchObject({
      state: 'retired',
      hidden: true,
    });
    await cycle.expectClean(id);
  });

  it('promotes nothing when a required check fails, and says which', async () => {
    const before = await cycle.visible();
    const id = await cycle.create({ artifactOf: first });
    const agent = await cycle.agentOf(id);
    await agent.report(passes('disk.root-grown'));
    const build = await cycle.ended(id);
    expect(build.status).toBe('failed');
    expect(build.cause).toMatchObject({ code: 'CHECK_FAILED', stage: 'test', cloud: 'local' });
    expect(build.cause?.message).toContain('disk.root-grown');
    expect(await cycle.visible()).toEqual(before);
    await cycle.expectClean(id);
  });

  it('fails a build whose test server two agents claim', async () => {
    const id = await cycle.create({ artifactOf: first });
    await cycle.agentOf(id);
    const servers = join(cycle.api.storagePath, 'clouds/local/servers');
    const [server] = readdirSync(servers);
    const second = new TestAgent(
      settingsOnConfigDrive(join(servers, server!)),
      cycle.api.grpcAddress,
      'd'.repeat(32),
    );
    await expect(second.register()).rejects.toMatchObject({ code: 16 });
    expect((await cycle.ended(id)).cause).toMatchObject({ code: 'AGENT_CONTESTED' });
    await cycle.expectClean(id);
  });

  it('carries a build on that a stop interrupted while it was built, and one that was booting', async () => {
    const id = await cycle.create({ dibArguments: ['--root-label=slow'] });
    await cycle.until(async () =>
      (await cycle.log(id)).lines.some(({ text }) => text === 'line of install.d'),
    );
    await cycle.api.restart();
    await cycle.reaches(id, 'boot');
    await cycle.until(async () => (await cycle.log(id)).lines.some(({ text }) => / is active$/.test(text)));
    await cycle.api.restart();
    const agent = await cycle.agentOf(id);
    await agent.report(passes());
    const build = await cycle.ended(id);
    expect(build.cause).toBeUndefined();
    expect(build.status).toBe('succeeded');
    const texts = (await cycle.log(id)).lines.map(({ text }) => text);
    expect(texts.filter((text) => text === 'line of install.d')).toHaveLength(1);
    expect(texts.filter((text) => text === 'Build completed successfully')).toHaveLength(1);
    expect(texts.some((text) => text.startsWith('Carrying on with server'))).toBe(true);
    await cycle.expectClean(id);
  });

  it('cancels in the middle of the build and leaves nothing', async () => {
    const id = await cycle.create({ dibArguments: ['--root-label=slow'] });
    await cycle.until(async () =>
      (await cycle.log(id)).lines.some(({ text }) => text === 'line of install.d'),
    );
    expect((await cycle.api.post(`/api/builds/${id}/cancel`, {})).status).toBe(202);
    const build = await cycle.ended(id);
    expect(build.status).toBe('cancelled');
    expect(build.stages[0]?.status).toBe('cancelled');
    await cycle.expectClean(id);
  });

  it('says why a build failed, and builds anew on a retry', async () => {
    const id = await cycle.create({ dibArguments: ['--root-label=broken'] });
    const build = await cycle.ended(id);
    expect(build.cause).toMatchObject({ code: 'PACKAGE_NOT_FOUND', fault: 'definition', stage: 'build' });
    expect(build.cause?.message).toContain('has no package nonsense');
    expect(build.cause?.lines).toContain('E: Unable to locate package nonsense');
    const coloured = (await logOf<LogPage>(id)).lines.find(({ text }) => text.includes('nonsense'));
    expect(coloured?.text).toBe('\u001b[1;31mE:\u001b[0m Unable to locate package nonsense');
    const { matches } = await logOf<LogSearchResult>(id, '/search?q=E%3A+unable+to');
    expect(matches).toEqual([{ n: coloured?.n, ranges: [[0, 12]] }]);
    expect((await logOf<LogMarks>(id, '/marks')).firstError).toBe(coloured?.n);
    await cycle.expectClean(id);
    const retry = (await (await cycle.api.post(`/api/builds/${id}/retry`, {})).json()) as BuildView;
    expect(retry).toMatchObject({ retryOf: id, dibArguments: ['--root-label=broken'] });
    await cycle.ended(retry.id);
  });

  it('builds anew on a retry whose definition has changed, and then names no other build’s artifact', async () => {
    const id = await cycle.create();
    await (await cycle.agentOf(id)).report(passes('disk.write'));
    expect((await cycle.ended(id)).artifact).toBeDefined();
    const { BuildEntity } = await import('../storage/index.js');
    const { getRepositoryToken } = await import('@nestjs/typeorm');
    const builds = cycle.api.app.get<Repository<BuildRow>>(getRepositoryToken(BuildEntity));
    await builds.update({ id }, { definitionDigest: 'another' });
    const retry = (await (await cycle.api.post(`/api/builds/${id}/retry`, {})).json()) as BuildView;
    expect(retry).toMatchObject({ retryOf: id, artifactOf: id });
    await (await cycle.agentOf(retry.id)).report(passes());
    const build = await cycle.ended(retry.id);
    expect(build).toMatchObject({ status: 'succeeded', retryOf: id });
    expect(build).not.toHaveProperty('artifactOf');
    const texts = (await cycle.log(retry.id)).lines.map(({ text }) => text);
    expect(texts).toContain('Build completed successfully');
    await cycle.expectClean(retry.id);
  });

  it('marks the error of a script, not what make says after it', async () => {
    const id = await cycle.create({ dibArguments: ['--root-label=miscompiled'] });
    expect((await cycle.ended(id)).cause).toMatchObject({ code: 'ELEMENT_SCRIPT_FAILED' });
    const { firstError = 0 } = await logOf<LogMarks>(id, '/marks');
    const { lines } = await logOf<LogPage>(id, `?from=${firstError}&limit=3`);
    expect(lines.map(({ text }) => text)).toEqual([
      expect.stringContaining('error: \u001b[0m\u001b[1mno member named state'),
      'make[1]: *** [Makefile:214: collector] Error 1',
      'make: *** [Makefile:88: install] Error 2',
    ]);
    await cycle.expectClean(id);
  });
});
