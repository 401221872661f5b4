import 'reflect-metadata';
import { decodeUserData, type AgentSettings } from '@image-manager/agent-contract';
import {
  reset,
  respond,
  stall,
  startStandIn,
  to,
  type StandIn,
  type StandInSettings,
} from '@image-manager/cloud-openstack/testing';
import {
  AGENT_CHECKS,
  type BuildView,
  type CloudView,
  type LeakView,
  type ReapResult,
  type RetentionItem,
} from '@image-manager/contracts';
import type { Repository } from 'typeorm';
import type { ImageEntity } from '../storage/index.js';
import { consoleReportOf } from '../../testing/console-report.js';
import { LifeCycleHarness } from '../../testing/life-cycle-harness.js';

const UPLOAD = to('PUT', /\/images\/[^/]+\/file$/);
const CREATE_SERVER = to('POST', /\/servers$/);

/** The pipeline against an OpenStack at whose socket things go wrong. */
describe('the life cycle on an OpenStack that fails', () => {
  let standIn: StandIn;
  let healthy: StandInSettings;
  let cycle: LifeCycleHarness;
  let artifactOf: number;

  beforeAll(async () => {
    standIn = await startStandIn();
    healthy = structuredClone(standIn.settings);
    cycle = await LifeCycleHarness.start({
      cloud: 'openstack',
      settingsOfServers: () => settingsOf(standIn),
      environment: {
        ...standIn.environment(),
        GRPC_PUBLIC_ADDRESS: '192.0.2.1:50051',
        OPENSTACK_UPLOAD_STALL_S: '1',
      },
    });
    await cycle.editDefinition((text) => text.replace(/^ {2}boot: 600$/m, '  boot: 6'));
    artifactOf = (await cycle.promoted()).id;
  }, 60_000);
  afterAll(async () => {
    await cycle.api.close();
    await standIn.close();
  });
  afterEach(() => {
    standIn.clearFaults();
    for (const key of Object.keys(standIn.settings)) Reflect.deleteProperty(standIn.settings, key);
    Object.assign(standIn.settings, structuredClone(healthy));
  });

  /** What a failed build must leave: the image that users boot, and nothing else. */
  const expectUntouched = async (id: number, current: string | undefined): Promise<void> => {
    expect(standIn.servers()).toEqual([]);
    const shown = standIn.images().filter(({ hidden }) => !hidden);
    expect(shown.map((image) => image.id)).toEqual([current]);
    expect(standIn.images().filter(({ name }) => name.includes('candidate'))).toEqual([]);
    await cycle.expectClean(id);
  };
  const current = () => standIn.images().find(({ hidden }) => !hidden)?.id;
  const failing = async (): Promise<BuildView> => {
    const before = current();
    const id = await cycle.create({ artifactOf });
    const build = await cycle.ended(id);
    expect(build.status).toBe('failed');
    await expectUntouched(id, before);
    return build;
  };

  it('uploads once more when the connection is reset in the middle, and leaves no half image', async () => {
    standIn.fault({ match: UPLOAD, times: 1, effect: reset(1000) });
    const build = await cycle.promoted({ artifactOf });
    const { lines } = await cycle.log(build.id);
    expect(lines.map(({ text }) => text).join('\n')).toMatch(/Upload 1 of 3 failed: .*PUT .*\/file/);
    await expectUntouched(build.id, current());
  });

  it('gives an upload that stalls up, and tries again', async () => {
    standIn.fault({ match: UPLOAD, times: 1, effect: stall() });
    const build = await cycle.promoted({ artifactOf });
    const { lines } = await cycle.log(build.id);
    expect(lines.map(({ text }) => text).join('\n')).toMatch(
      /Upload 1 of 3 failed: .*(stalled|did not answer)/,
    );
    await expectUntouched(build.id, current());
  });

  it.each(['killed', 'queued'] as const)(
    'fails when each image it uploads ends up %s, and leaves none of them',
    async (statusAfterUpload) => {
      standIn.settings.statusAfterUpload = statusAfterUpload;
      const build = await failing();
      expect(build.cause).toMatchObject({ stage: 'upload', cloud: 'openstack', fault: 'cloud' });
      expect(build.cause?.message).toContain(`set it to “${statusAfterUpload}”`);
    },
    30_000,
  );

  it('fails before the build when the quota has no room, and says how much there is', async () => {
    standIn.settings.quota = { servers: 0, cores: 20, memoryMb: 51_200 };
    const build = await failing();
    expect(build.cause).toMatchObject({ code: 'QUOTA_EXCEEDED', stage: 'build' });
    expect(build.cause?.message).toContain('uses 0 of 0');
  });

  it('fails with Nova’s words when it refuses the server after all', async () => {
    standIn.fault({
      match: CREATE_SERVER,
      effect: respond(
        403,
        {
          forbidden: {
            code: 403,
            message: 'Quota exceeded for cores: Requested 1, but already used 20 of 20 cores',
          },
        },
        { 'x-openstack-request-id': 'req-1' },
      ),
    });
    const build = await failing();
    expect(build.cause).toMatchObject({ code: 'CLOUD_QUOTA_EXCEEDED', stage: 'boot' });
    expect(build.cause?.message).toMatch(
      /Nova answered 403 \(Quota exceeded for cores.*POST .*\/servers.*req-1/,
    );
  });

  it('ends the wait at once when the server goes to ERROR, with Nova’s fault', async () => {
    standIn.settings.serverFault = 'No valid host was found. There are not enough hosts available.';
    const build = await failing();
    expect(build.cause).toMatchObject({ code: 'CLOUD_SERVER_ERROR_STATE', stage: 'boot', fault: 'cloud' });
    expect(build.cause?.message).toContain('No valid host was found');
  });

  it('ends at the deadline when the server never becomes ACTIVE', async () => {
    standIn.settings.pollsUntilActive = Infinity;
    const build = await failing();
    expect(build.cause).toMatchObject({ stage: 'boot', cloud: 'openstack', code: 'SERVER_NOT_ACTIVE' });
  }, 30_000);

  it('names the service that the catalog lacks, and goes on once it is there', async () => {
    const look = async () =>
      ((await (await cycle.api.request('/api/clouds')).json()) as CloudView[]).find(
        ({ name }) => name === 'openstack',
      )!;
    standIn.settings.services = ['image', 'network'];
    standIn.revokeTokens();
    // The catalog comes with the token, and that is renewed when a service refuses it.
    await cycle.api.request('/api/clouds/openstack/images');
    const broken = await look();
    expect(broken).toMatchObject({ reachable: false, problem: { code: 'NO_SERVICE' } });
    expect(broken.problem?.message).toContain('Nova (compute)');
    const build = await failing();
    expect(build.cause).toMatchObject({ code: 'NO_SERVICE', stage: 'build' });
    standIn.settings.services = ['image', 'compute', 'network'];
    standIn.revokeTokens();
    await cycle.api.request('/api/clouds/openstack/images');
    expect(await look()).toMatchObject({ reachable: true });
  });

  it('judges by the report on the serial console when the server does not reach the manager', async () => {
    standIn.settings.onServerActive = () => {
      standIn.settings.console = consoleReportOf(standIn);
    };
    const build = await failing();
    expect(build.cause).toMatchObject({ code: 'MANAGER_UNREACHABLE', stage: 'test', fault: 'cloud' });
    expect(build.cause?.message).toMatch(/192\.0\.2\.1:50051 \(no route to host\)/);
    expect(build.checks).toHaveLength(AGENT_CHECKS.length);
  });

  it('lets such an image pass with a warning where the definition says so', async () => {
    await cycle.editDefinition((text) =>
      text.replace('managerUnreachable: fail', 'managerUnreachable: warn'),
    );
    standIn.settings.onServerActive = () => {
      standIn.settings.console = consoleReportOf(standIn);
    };
    const id = await cycle.create({ artifactOf });
    const build = await cycle.ended(id);
    expect(build.cause).toBeUndefined();
    expect(build.status).toBe('succeeded');
    expect(build.checks.find(({ name }) => name === 'network.manager')?.status).toBe('warn');
    const { lines } = await cycle.log(id);
    expect(lines.some(({ text }) => text.startsWith('Warning: The test server does not reach'))).toBe(true);
    await expectUntouched(id, current());
    await cycle.editDefinition((text) =>
      text.replace('managerUnreachable: warn', 'managerUnreachable: fail'),
    );
  });

  it('takes no report from the console that another key signed', async () => {
    standIn.settings.onServerActive = () => {
      standIn.settings.console = consoleReportOf(standIn, 'f'.repeat(64));
    };
    const build = await failing();
    expect(build.cause).toMatchObject({ code: 'AGENT_SILENT', stage: 'boot' });
    expect(build.checks).toEqual([]);
  }, 30_000);

  it('finds the ports that Nova did not take along with our servers, and removes them when told', async () => {
    const build = await cycle.promoted({ artifactOf });
    const { Ledger } = await import('../storage/index.js');
    const ledger = cycle.api.app.get(Ledger);
    const row = (await ledger.ofBuild(build.id)).find(({ kind }) => kind === 'server');
    standIn.addPort('port-of-ours', row!.externalId!);
    standIn.addPort('port-of-others', 'somebody-else');
    const leaks = (await (await cycle.api.request('/api/clouds/openstack/leaks')).json()) as LeakView[];
    expect(leaks).toEqual([
      expect.objectContaining({ kind: 'port', id: 'port-of-ours', buildId: build.id, known: true }),
    ]);
    const reaped = (await (
      await cycle.api.post('/api/clouds/openstack/leaks/reap', { ids: ['port-of-ours', 'port-of-others'] })
    ).json()) as ReapResult[];
    expect(reaped.map(({ removed }) => removed)).toEqual([true, false]);
    expect(standIn.ports()).toEqual(['port-of-others']);
  });

  it('keeps a retired image that a volume uses, or that others may use where nobody sees it', async () => {
    const { ImageEntity: Images } = await import('../storage/index.js');
    const { getRepositoryToken } = await import('@nestjs/typeorm');
    const rows = cycle.api.app.get<Repository<ImageEntity>>(getRepositoryToken(Images));
    await cycle.promoted({ artifactOf });
    await rows.update({ cloud: 'openstack', state: 'retired' }, { retiredAt: new Date(0) });
    await cycle.editDefinition((text) => text.replace(/^ {2}keep: 2$/m, '  keep: 0'));
    const retired = standIn.images().filter(({ hidden }) => hidden);
    expect(retired.length).toBeGreaterThan(2);
    const [byVolume, byOthers, free] = retired;
    standIn.settings.services = ['image', 'compute', 'network', 'volumev3'];
    standIn.addVolume('volume-1', byVolume!.id);
    byOthers!.visibility = 'public';
    standIn.revokeTokens();
    await cycle.api.request('/api/clouds/openstack/images');
    const plan = (await (
      await cycle.api.request('/api/clouds/openstack/retention')
    ).json()) as RetentionItem[];
    const of = (id: string) => plan.find(({ image }) => image.id === id);
    expect(of(byVolume!.id)).toMatchObject({
      verdict: 'keep',
      code: 'IN_USE',
      reason: 'In use by volume volume-1',
    });
    expect(of(byOthers!.id)).toMatchObject({ verdict: 'keep', code: 'USE_UNSEEN' });
    expect(of(free!.id)).toMatchObject({ verdict: 'delete', code: 'EXPIRED' });
    // A store that refuses says so too.
    free!.inUse = true;
    const done = (await (
      await cycle.api.post('/api/clouds/openstack/retention', {})
    ).json()) as RetentionItem[];
    expect(done.find(({ image }) => image.id === free!.id)?.problem).toMatch(/in use/i);
    expect(standIn.images().map(({ id }) => id)).toEqual(
      expect.arrayContaining([byVolume!.id, byOthers!.id, free!.id]),
    );
    expect(await rows.findOneBy({ cloud: 'openstack', id: free!.id })).toMatchObject({ state: 'retired' });
  });
});

function settingsOf(standIn: StandIn): AgentSettings[] {
  return standIn
    .servers()
    .map(({ userData }) => decodeUserData(userData))
    .filter((settings) => settings !== undefined);
}
