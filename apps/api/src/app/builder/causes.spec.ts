import 'reflect-metadata';
import { copyFileSync, mkdtempSync, renameSync, rmSync, statSync, symlinkSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { decodeUserData } from '@image-manager/agent-contract';
import { startStandIn, to, type StandIn, type StandInSettings } from '@image-manager/cloud-openstack/testing';
import type { BuildView, CreateBuild } from '@image-manager/contracts';
import {
  BOOT_FAILURES,
  PREFLIGHT_FAILURES,
  PROMOTION_FAILURES,
  refuseLogins,
  UPLOAD_FAILURES,
} from '../../testing/causes/cloud-failures.js';
import { Door } from '../../testing/causes/door.js';
import { failingDib } from '../../testing/causes/failing-dib.js';
import {
  reviewedCauses,
  sentencesOf,
  sentencesOfProblem,
  type Sentences,
} from '../../testing/causes/reviewed.js';
import { consoleReportOf } from '../../testing/console-report.js';
import { LifeCycleHarness, passes } from '../../testing/life-cycle-harness.js';
import { TestAgent } from '../../testing/test-agent.js';

/** Each failure is provoked at its boundary, and a person reads what the reviewed list says. */
describe('the sentences that a person reads', () => {
  const reviewed = reviewedCauses();
  const provoked: string[] = [];
  const dib = failingDib();
  const agents = mkdtempSync(join(tmpdir(), 'image-manager-agent-'));
  const agentBinary = join(agents, 'image-manager-agent');
  let standIn: StandIn;
  let keystone: Door;
  let healthy: StandInSettings;
  let cycle: LifeCycleHarness;
  let artifactOf: number;

  beforeAll(async () => {
    symlinkSync(process.execPath, agentBinary);
    standIn = await startStandIn();
    keystone = await Door.before(standIn.authUrl);
    healthy = structuredClone(standIn.settings);
    cycle = await LifeCycleHarness.start({
      cloud: 'openstack',
      settingsOfServers: () => standIn.servers().flatMap(({ userData }) => decodeUserData(userData) ?? []),
      environment: {
        ...standIn.environment(),
        OS_AUTH_URL: keystone.url,
        PATH: `${dib}${delimiter}${process.env['PATH'] ?? ''}`,
        AGENT_BINARY: agentBinary,
        GRPC_PUBLIC_ADDRESS: '192.0.2.1:50051',
        OPENSTACK_UPLOAD_STALL_S: '2',
      },
    });
    artifactOf = (await cycle.promoted({ dibArguments: ['--root-label=large'] })).id;
    // The one before is hidden then.
    await cycle.promoted({ artifactOf });
  }, 120_000);
  afterAll(async () => {
    await cycle.api.close();
    await keystone.shut();
    await standIn.close();
    rmSync(dib, { recursive: true });
    rmSync(agents, { recursive: true });
  });
  afterEach(async () => {
    await keystone.open();
    standIn.clearFaults();
    for (const key of Object.keys(standIn.settings)) Reflect.deleteProperty(standIn.settings, key);
    Object.assign(standIn.settings, structuredClone(healthy));
    standIn.revokeTokens();
  });

  const expectReviewed = (failure: string, sentences: Sentences): void => {
    provoked.push(failure);
    const { stage, code, fault, message, advice } = reviewed.find((row) => row.failure === failure) ?? {};
    expect(sentences).toEqual({ stage, code, fault, message, advice });
  };
  const expectCause = (failure: string, build: BuildView): void => {
    expect(build.status).toBe('failed');
    expectReviewed(failure, sentencesOf(build, cycle.api.storagePath));
  };
  /** Ends when the stage's time is over. */
  const failsWithin = async (stage: string, seconds: number, fields: Partial<CreateBuild>) => {
    const set = (value: string) =>
      cycle.editDefinition((text) =>
        text.replace(new RegExp(`^ {2}${stage}: \\d+$`, 'm'), `  ${stage}: ${value}`),
      );
    await set(String(seconds));
    const id = await cycle.create(fields);
    // The build has a copy of the definition.
    await set('600');
    return id;
  };

  describe('disk-image-create', () => {
    it('is killed with its supervisor', async () => {
      const id = await cycle.create({ dibArguments: ['--root-label=killed'] });
      expectCause('dib-killed', await cycle.ended(id));
    });

    it('does not end', async () => {
      const id = await failsWithin('build', 10, { dibArguments: ['--root-label=hangs'] });
      expectCause('dib-too-slow', await cycle.ended(id));
    });

    it('leaves no image, or a link to somebody else’s file', async () => {
      const id = await cycle.create({ dibArguments: ['--root-label=nothing'] });
      expectCause('no-image-built', await cycle.ended(id));
      const before = statSync(join(dib, 'disk-image-create')).mode;
      const build = await cycle.ended(await cycle.create({ dibArguments: ['--root-label=link'] }));
      expect(build.cause).toMatchObject({
        code: 'NO_IMAGE_BUILT',
        message: expect.stringMatching(/is no regular file$/) as string,
      });
      expect(statSync(join(dib, 'disk-image-create')).mode).toBe(before);
    });

    it('is given no agent', async () => {
      renameSync(agentBinary, `${agentBinary}.away`);
      const build = await cycle.ended(await cycle.create());
      renameSync(`${agentBinary}.away`, agentBinary);
      expectCause('agent-not-built', build);
    });
  });

  describe('the cloud', () => {
    it.each(Object.entries(PREFLIGHT_FAILURES))('before anything is made: %s', async (failure, provoke) => {
      provoke(standIn);
      expectCause(failure, await cycle.ended(await cycle.create({ artifactOf })));
    });

    it('before anything is made: Keystone is down', async () => {
      standIn.revokeTokens();
      await keystone.shut();
      expectCause('keystone-down', await cycle.ended(await cycle.create({ artifactOf })));
    });

    it.each(Object.entries(UPLOAD_FAILURES))('while uploading: %s', async (failure, provoke) => {
      provoke(standIn);
      const build = await cycle.ended(await cycle.create({ artifactOf }));
      expectCause(failure, build);
    });

    it('is not blamed when the artifact was changed on this machine', async () => {
      const artifact = join(cycle.api.storagePath, `artifacts/build-${artifactOf}.qcow2`);
      copyFileSync(artifact, `${artifact}.before`);
      standIn.fault({
        match: to('POST', /\/images$/),
        effect: (_exchange, handle) => {
          truncateSync(artifact, 1000);
          return handle();
        },
      });
      const build = await cycle.ended(await cycle.create({ artifactOf }));
      renameSync(`${artifact}.before`, artifact);
      expectCause('artifact-changed', build);
    });

    it.each(Object.entries(BOOT_FAILURES))('while booting: %s', async (failure, provoke) => {
      provoke(standIn);
      expectCause(failure, await cycle.ended(await failsWithin('boot', 8, { artifactOf })));
    });

    it.each(Object.entries(PROMOTION_FAILURES))('while promoting: %s', async (failure, provoke) => {
      provoke(standIn);
      const id = await cycle.create({ artifactOf });
      await (await cycle.agentOf(id)).report(passes());
      expectCause(failure, await cycle.ended(id));
    });
  });

  describe('the agent', () => {
    it('finds a required check failed', async () => {
      const id = await cycle.create({ artifactOf });
      const checks = passes('disk.root-grown').map((check) =>
        check.name === 'disk.root-grown'
          ? { ...check, reason: 'the root file system has 1.7 GiB of a disk of 5 GiB' }
          : check,
      );
      await (await cycle.agentOf(id)).report(checks);
      expectCause('check-failed', await cycle.ended(id));
    });

    it('does not report', async () => {
      const id = await failsWithin('test', 8, { artifactOf });
      await cycle.agentOf(id);
      expectCause('report-missing', await cycle.ended(id));
    });

    it('is not alone', async () => {
      const id = await cycle.create({ artifactOf });
      await cycle.agentOf(id);
      const settings = decodeUserData(standIn.servers()[0]?.userData ?? '');
      const second = new TestAgent(settings!, cycle.api.grpcAddress, 'd'.repeat(32));
      await expect(second.register()).rejects.toMatchObject({ code: 16 });
      second.client.close();
      expectCause('token-claimed-twice', await cycle.ended(id));
    });

    it('does not reach the manager', async () => {
      standIn.settings.onServerActive = () => {
        standIn.settings.console = consoleReportOf(standIn);
      };
      expectCause('manager-unreachable', await cycle.ended(await cycle.create({ artifactOf })));
    });
  });

  describe('images', () => {
    const path = (id: string) => `/api/clouds/openstack/images/${id}`;
    const remove = (id: string) =>
      cycle.api.request(path(id), {
        method: 'DELETE',
        headers: { 'content-type': 'application/json' },
        body: '{}',
      });
    const find = (hidden: boolean) => standIn.images().find((image) => image.hidden === hidden)!;
    const refused = async (failure: string, answer: Promise<Response>) => {
      expect((await answer).status).toBe(409);
      expectReviewed(failure, await sentencesOfProblem(await answer, cycle.api.storagePath));
    };

    it('are not deleted while users boot them', () => refused('delete-current', remove(find(false).id)));

    it('are not deleted while a volume stands on them', async () => {
      const { id } = find(true);
      standIn.settings.services = ['image', 'compute', 'network', 'volumev3'];
      standIn.addVolume('volume-1', id);
      standIn.revokeTokens();
      await cycle.api.request('/api/clouds/openstack/images');
      await refused('delete-in-use', remove(id));
    });

    it('are not deleted while they are protected', async () => {
      const image = standIn.images().filter(({ hidden }) => hidden)[1] ?? find(true);
      image.protected = true;
      await refused('delete-protected', remove(image.id));
      image.protected = false;
    });

    it('are not retired when nothing would take their place', () =>
      refused('retire-last', cycle.api.post(`${path(find(false).id)}/retire`, {})));

    it('are not rolled back to when they are current', () =>
      refused('rollback-to-current', cycle.api.post(`${path(find(false).id)}/rollback`, {})));
  });

  // Last: for half a minute Keystone is not asked again.
  it('the cloud before anything is made: a wrong password', async () => {
    refuseLogins(standIn);
    expectCause('password-refused', await cycle.ended(await cycle.create({ artifactOf })));
  });

  it('are reviewed for failures that are provoked, and for no others', () => {
    expect(reviewed.map(({ failure }) => failure).sort()).toEqual(provoked.sort());
  });
});
