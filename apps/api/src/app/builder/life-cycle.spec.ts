import 'reflect-metadata';
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  AGENT_CHECKS,
  isFinal,
  type BuildView,
  type CreateBuild,
  type ImageView,
  type LogPage,
  type StageName,
} from '@image-manager/contracts';
import { settingsOnConfigDrive, TestAgent } from '../../testing/test-agent.js';
import { startTestApp, type TestApp } from '../../testing/test-app.js';

/**
 * The pipeline with everything real but the two slow parts: disk-image-create is a stand-in that makes an empty disk, and
 * the test speaks for the agent of the QEMU server that was started from it.
 */
describe('the life cycle', () => {
  let api: TestApp;

  beforeAll(async () => {
    const standIns = resolve(import.meta.dirname, '../../testing/stand-ins/bin');
    api = await startTestApp({
      PATH: `${standIns}${delimiter}${process.env['PATH'] ?? ''}`,
      // Any program will do: nobody starts it.
      AGENT_BINARY: process.execPath,
      LOCAL_FLAVOR_MEMORY_MB: '256',
      LOCAL_FLAVOR_DISK_GB: '1',
    });
    const path = join(api.distrosPath, 'debian-12.yaml');
    const definition = readFileSync(path, 'utf8')
      .replace(/^minDiskGb:.*$/m, 'minDiskGb: 1')
      .replace(/^minMemoryMb:.*$/m, 'minMemoryMb: 128');
    writeFileSync(path, definition);
    await until(async () => {
      const view = (await (await api.request('/api/distros/debian-12')).json()) as {
        definition?: { minDiskGb: number };
      };
      return view.definition?.minDiskGb === 1;
    });
  });
  afterAll(() => api.close());

  const until = async (condition: () => Promise<boolean>, tries = 600): Promise<void> => {
    for (let count = 0; count < tries; count += 1) {
      if (await condition()) return;
      await sleep(50);
    }
    throw new Error(`not in time: ${condition.toString()}`);
  };
  const get = async (id: number) => (await (await api.request(`/api/builds/${id}`)).json()) as BuildView;
  const create = async (fields: Partial<CreateBuild> = {}): Promise<number> => {
    const response = await api.post('/api/builds', { distroId: 'debian-12', ...fields });
    expect(response.status).toBe(201);
    return ((await response.json()) as BuildView).id;
  };
  const reaches = (id: number, stage: StageName) =>
    until(async () =>
      (await get(id)).stages.some(
        (row) => row.stage === stage && row.cloud !== '' && row.status === 'running',
      ),
    );
  const ended = async (id: number): Promise<BuildView> => {
    await until(async () => isFinal((await get(id)).status));
    return get(id);
  };
  /** The agent of the build's server, registered. A server that a restart interrupted is made anew: then it is asked again. */
  const agentOf = async (id: number): Promise<TestAgent> => {
    await reaches(id, 'boot');
    const servers = join(api.storagePath, 'clouds/local/servers');
    let agent: TestAgent | undefined;
    await until(async () => {
      const build = await get(id);
      if (isFinal(build.status)) throw new Error(JSON.stringify(build.cause));
      for (const server of readdirSync(servers)) {
        try {
          const candidate = new TestAgent(settingsOnConfigDrive(join(servers, server)), api.grpcAddress);
          await candidate.register();
          agent = candidate;
        } catch {
          continue; // It is still being made, or already replaced.
        }
      }
      return agent !== undefined;
    });
    return agent!;
  };
  const passes = (failing?: string) =>
    AGENT_CHECKS.map((name) => ({
      name,
      status: name === failing ? ('CHECK_STATUS_FAIL' as const) : ('CHECK_STATUS_PASS' as const),
      reason: 'says the test',
    }));
  const images = async () => (await (await api.request('/api/clouds/local/images')).json()) as ImageView[];
  const visible = async () => (await images()).filter(({ hidden }) => !hidden);
  const log = async (id: number) =>
    (await (await api.request(`/api/builds/${id}/log?limit=5000`)).json()) as LogPage;

  /** Rule 1 and 4 of the pipeline: nothing of an ended build is left, and the ledger says so. */
  const expectClean = async (id: number): Promise<void> => {
    // Imported late: it reads the environment as it loads.
    const { Ledger } = await import('../storage/index.js');
    const rows = await api.app.get(Ledger).ofBuild(id);
    expect(rows.filter(({ state }) => state === 'intended' || state === 'held')).toEqual([]);
    expect(readdirSync(join(api.storagePath, 'clouds/local/servers'))).toEqual([]);
    expect(readdirSync(join(api.storagePath, 'work'))).toEqual([]);
    expect(readFileSync('/proc/self/mountinfo', 'utf8')).not.toContain(api.storagePath);
    const processes = execFileSync('ps', ['-eo', 'args'], { encoding: 'utf8' });
    expect(processes.split('\n').filter((line) => line.includes(join(api.storagePath, 'work')))).toEqual([]);
    const { lines, total } = await log(id);
    expect(lines.map(({ n }) => n)).toEqual(Array.from({ length: total }, (_, index) => index + 1));
  };

  let first: number;

  it('brings an image from nothing to its users, with one checksum all the way', async () => {
    first = await create();
    const agent = await agentOf(first);
    await agent.report(passes());
    const build = await ended(first);
    expect(build.cause).toBeUndefined();
    expect(build.status).toBe('succeeded');
    expect(build.stages.map(({ status }) => status)).toEqual(Array(7).fill('succeeded'));
    expect(build.checks).toHaveLength(AGENT_CHECKS.length);
    const [image] = await visible();
    expect(image).toMatchObject({ name: 'Debian 12', state: 'current', buildId: first });
    expect(image?.checksum).toEqual({ algorithm: 'sha512', value: build.artifact?.sha512 });
    await expectClean(first);
  });

  it('retires the one before without a moment in which there is none', async () => {
    const before = (await visible())[0];
    const id = await create({ artifactOf: first });
    const agent = await agentOf(id);
    const seen = new Set<number>();
    const done = new AbortController();
    const sampler = (async () => {
      while (!done.signal.aborted)
        seen.add((await visible()).filter(({ name }) => name === 'Debian 12').length);
    })();
    await agent.report(passes());
    expect((await ended(id)).status).toBe('succeeded');
    done.abort();
    await sampler;
    expect(Math.min(...seen)).toBe(1);
    expect(Math.max(...seen)).toBeLessThanOrEqual(2);
    expect((await visible()).map(({ buildId }) => buildId)).toEqual([id]);
    expect((await images()).find((image) => image.id === before?.id)).toMatchObject({
      state: 'retired',
      hidden: true,
    });
    await expectClean(id);
  });

  it('promotes nothing when a required check fails, and says which', async () => {
    const before = await visible();
    const id = await create({ artifactOf: first });
    const agent = await agentOf(id);
    await agent.report(passes('disk.root-grown'));
    const build = await ended(id);
    expect(build.status).toBe('failed');
    expect(build.cause).toMatchObject({ code: 'CHECK_FAILED', stage: 'test', cloud: 'local' });
    expect(build.cause?.message).toContain('disk.root-grown');
    expect(await visible()).toEqual(before);
    await expectClean(id);
  });

  it('fails a build whose test server two agents claim', async () => {
    const id = await create({ artifactOf: first });
    await agentOf(id);
    const servers = join(api.storagePath, 'clouds/local/servers');
    const [server] = readdirSync(servers);
    const second = new TestAgent(
      settingsOnConfigDrive(join(servers, server!)),
      api.grpcAddress,
      'd'.repeat(32),
    );
    await expect(second.register()).rejects.toMatchObject({ code: 16 });
    expect((await ended(id)).cause).toMatchObject({ code: 'AGENT_CONTESTED' });
    await expectClean(id);
  });

  it('carries a build on that a stop interrupted while it was built, and one that was booting', async () => {
    const id = await create({ dibArguments: ['--root-label=slow'] });
    await until(async () => (await log(id)).lines.some(({ text }) => text === 'line of install.d'));
    await api.restart();
    await reaches(id, 'boot');
    await until(async () => (await log(id)).lines.some(({ text }) => / is active$/.test(text)));
    await api.restart();
    const agent = await agentOf(id);
    await agent.report(passes());
    const build = await ended(id);
    expect(build.cause).toBeUndefined();
    expect(build.status).toBe('succeeded');
    const texts = (await log(id)).lines.map(({ text }) => text);
    expect(texts.filter((text) => text === 'line of install.d')).toHaveLength(1);
    expect(texts.filter((text) => text === 'Build completed successfully')).toHaveLength(1);
    expect(texts.some((text) => text.startsWith('Carrying on with server'))).toBe(true);
    await expectClean(id);
  });

  it('cancels in the middle of the build and leaves nothing', async () => {
    const id = await create({ dibArguments: ['--root-label=slow'] });
    await until(async () => (await log(id)).lines.some(({ text }) => text === 'line of install.d'));
    expect((await api.post(`/api/builds/${id}/cancel`, {})).status).toBe(202);
    const build = await ended(id);
    expect(build.status).toBe('cancelled');
    expect(build.stages[0]?.status).toBe('cancelled');
    await expectClean(id);
  });

  it('says why a build failed, and builds anew on a retry', async () => {
    const id = await create({ dibArguments: ['--root-label=broken'] });
    const build = await ended(id);
    expect(build.cause).toMatchObject({ code: 'PACKAGE_NOT_FOUND', fault: 'definition', stage: 'build' });
    await expectClean(id);
    const retry = (await (await api.post(`/api/builds/${id}/retry`, {})).json()) as BuildView;
    expect(retry).toMatchObject({ retryOf: id, dibArguments: ['--root-label=broken'] });
    await ended(retry.id);
  });
});
