import 'reflect-metadata';
import { getRepositoryToken } from '@nestjs/typeorm';
import type { Repository } from 'typeorm';
import type { BuildSummary, Page, StatisticsView } from '@image-manager/contracts';
import { LifeCycleHarness } from '../../../testing/life-cycle-harness.js';
import type { BuildEntity, BuildFiguresEntity } from '../../storage/index.js';

describe('statistics', () => {
  let cycle: LifeCycleHarness;
  let builds: Repository<BuildEntity>;
  let figures: Repository<BuildFiguresEntity>;

  beforeAll(async () => {
    cycle = await LifeCycleHarness.start();
    const storage = await import('../../storage/index.js');
    builds = cycle.api.app.get(getRepositoryToken(storage.BuildEntity));
    figures = cycle.api.app.get(getRepositoryToken(storage.BuildFiguresEntity));
  });
  afterAll(() => cycle.api.close());

  /** A build of 2025 and its figures, in each of its clouds. */
  const past = async (
    id: number,
    created: string,
    row: Partial<BuildFiguresEntity> = {},
    clouds = ['lab'],
    build: Partial<BuildEntity> = {},
  ) => {
    const common = { distroId: 'debian-12', status: 'succeeded' as const, ...row };
    const createdAt = new Date(created);
    await builds.insert({
      id,
      distroId: common.distroId,
      status: common.status,
      definition: {} as BuildEntity['definition'],
      definitionDigest: '',
      packages: [],
      dibArguments: [],
      clouds,
      createdAt,
      startedAt: createdAt,
      finishedAt: new Date(createdAt.getTime() + 90_000),
      ...build,
    });
    for (const cloud of clouds) {
      await figures.insert({ buildId: id, cloud, createdAt, endedAt: createdAt, ...common });
    }
  };
  const get = async (query: string): Promise<StatisticsView> => {
    const response = await cycle.api.request(`/api/statistics?${query}`);
    expect(response.status).toBe(200);
    return (await response.json()) as StatisticsView;
  };
  const csv = async (query: string) => {
    const response = await cycle.api.request(`/api/builds.csv?${query}`);
    expect(response.status).toBe(200);
    const bytes = await response.arrayBuffer();
    // Decoding takes the byte order mark away.
    return { headers: response.headers, bytes, text: new TextDecoder().decode(bytes) };
  };

  it('keep a build’s figures when it ends, also once its artifact is gone', async () => {
    const first = await cycle.promoted();
    const second = await cycle.promoted();
    const [row] = await figures.findBy({ buildId: first.id });
    expect(row).toMatchObject({
      cloud: 'local',
      status: 'succeeded',
      artifactBytes: first.artifact!.sizeBytes,
    });
    for (const { stage, cloud, durationMs } of first.stages) {
      if (stage === 'build' || cloud === 'local') expect(row?.[`${stage}Ms`]).toBe(durationMs);
    }
    // The shelf keeps a definition's newest artifact.
    await cycle.until(async () => (await cycle.get(first.id)).artifact === undefined);
    const page = (await (await cycle.api.request('/api/builds')).json()) as Page<BuildSummary>;
    expect(page.items.map(({ id, artifactBytes }) => ({ id, artifactBytes }))).toEqual([
      { id: second.id, artifactBytes: second.artifact?.sizeBytes },
      { id: first.id, artifactBytes: first.artifact?.sizeBytes },
    ]);
    const today = await get('');
    expect(today.overall.total.builds).toEqual({ succeeded: 2, partial: 0, failed: 0, cancelled: 0 });
    expect(today.overall.total.stages.map(({ stage }) => stage)).toEqual(['build', 'upload', 'boot', 'test', 'promote', 'cleanup']); // prettier-ignore
    expect(today.overall.total.artifactBytes?.count).toBe(2);
  });

  it('keep those of a build that failed, with its cause for the history’s search', async () => {
    const { id } = (await (
      await cycle.api.post('/api/builds', { distroId: 'ubuntu-24.04' })
    ).json()) as BuildSummary;
    const { cause } = await cycle.ended(id);
    expect(await figures.findBy({ buildId: id })).toMatchObject([
      { status: 'failed', causeCode: cause!.code },
    ]);
    const found = (await (
      await cycle.api.request(`/api/builds?text=${cause!.code.toLowerCase()}`)
    ).json()) as Page<BuildSummary>;
    expect(found.items.map((build) => build.id)).toEqual([id]);
  });

  it('come by day, week or month, a build once and its stages once for each cloud', async () => {
    // Sunday the 29th and Monday the 30th of a June are two weeks, and the 1st of July is another month.
    await past(1001, '2025-06-29T23:59:59Z', { buildMs: 100_000, uploadMs: 1000, artifactBytes: 200 }, [
      'lab',
      'far',
    ]);
    await past(1002, '2025-06-30T00:00:00Z', { buildMs: 200_000, uploadMs: 2000, systemStartMs: 30_000 });
    await past(1003, '2025-07-01T12:00:00Z', { status: 'failed', buildMs: 300_000 });
    await past(1004, '2025-07-01T13:00:00Z', { status: 'cancelled' });
    await past(1005, '2025-07-02T13:00:00Z', { status: 'partial', distroId: 'debian-13' });
    const period = 'from=2025-06-01&to=2025-08-01';
    const at = ({ overall }: StatisticsView) => overall.points.map((point) => point.at.slice(0, 10));
    const weeks = await get(period);
    expect(weeks).toMatchObject({
      bucket: 'week',
      from: '2025-06-01T00:00:00.000Z',
      to: '2025-08-01T00:00:00.000Z',
    });
    expect(at(weeks)).toEqual(['2025-06-23', '2025-06-30']);
    expect(at(await get(`${period}&bucket=day`))).toEqual([
      '2025-06-29',
      '2025-06-30',
      '2025-07-01',
      '2025-07-02',
    ]);
    expect(at(await get(`${period}&bucket=month`))).toEqual(['2025-06-01', '2025-07-01']);
    const { total } = weeks.overall;
    expect(total.builds).toEqual({ succeeded: 2, partial: 1, failed: 1, cancelled: 1 });
    expect(total.successRate).toBe(0.5);
    expect(total.stages).toEqual([
      { stage: 'build', median: 200_000, p90: 280_000, count: 3 },
      { stage: 'upload', median: 1000, p90: 1800, count: 3 },
    ]);
    expect(total.bootMs).toEqual({ median: 30_000, p90: 30_000, count: 1 });
    expect(total.artifactBytes).toEqual({ median: 200, p90: 200, count: 1 });
    expect(weeks.definitions.map(({ distroId, total: own }) => [distroId, own.builds.partial])).toEqual([['debian-12', 0], ['debian-13', 1]]); // prettier-ignore
    expect(weeks.definitions[1]?.total).not.toHaveProperty('artifactBytes');
    expect((await get(`${period}&cloud=far`)).overall.total.stages[1]?.count).toBe(1);
    expect(
      (await get(`${period}&distroId=debian-13&distroId=debian-11`)).overall.total.builds.succeeded,
    ).toBe(0);
    expect(
      (await get('from=2025-06-30T00:00:00Z&to=2025-06-30T00:00:01Z')).overall.total.builds.succeeded,
    ).toBe(1);
  });

  it('read more than a slice of them, each once', async () => {
    const createdAt = new Date('2024-02-01T00:00:00Z');
    const fields = { distroId: 'debian-12', status: 'succeeded' as const, createdAt };
    const ids = Array.from({ length: 2100 }, (_, index) => 3000 + index);
    for (let at = 0; at < ids.length; at += 700) {
      const slice = ids.slice(at, at + 700);
      await builds.insert(
        slice.map((id) => ({ id, ...fields, definition: {} as BuildEntity['definition'], definitionDigest: '', packages: [], dibArguments: [], clouds: ['a', 'b'] })), // prettier-ignore
      );
      await figures.insert(
        slice.flatMap((buildId) => ['a', 'b'].map((cloud) => ({ buildId, cloud, ...fields, endedAt: createdAt, promoteMs: 1 }))), // prettier-ignore
      );
    }
    const { total } = (await get('from=2024-01-01&to=2024-03-01')).overall;
    expect(total.builds.succeeded).toBe(2100);
    expect(total.stages).toEqual([{ stage: 'promote', median: 1, p90: 1, count: 4200 }]);
    const { text } = await csv('from=2024-01-01&to=2024-03-01');
    expect(text.split('\r\n').slice(1, -1).map((line) => Number(line.split(',')[0]))).toEqual([...ids].reverse()); // prettier-ignore
  });

  it('are told as CSV that every spreadsheet reads and none runs', async () => {
    const cause = {
      code: 'DIB_FAILED',
      fault: 'definition' as const,
      stage: 'build' as const,
      message: '=HYPERLINK("http://x"),\r\n"Ü", more',
      advice: '',
    };
    await past(2001, '2023-05-01T10:00:00Z', { status: 'failed', artifactBytes: 5 }, ['lab', 'far'], {
      cause,
    });
    const { headers, bytes, text } = await csv(
      'from=2023-01-01&to=2024-01-01&status=failed&distroId=debian-12',
    );
    expect(headers.get('content-type')).toContain('text/csv');
    expect(headers.get('content-disposition')).toMatch(
      /^attachment; filename="builds-\d{4}-\d\d-\d\d\.csv"$/,
    );
    expect(new Uint8Array(bytes.slice(0, 3))).toEqual(new Uint8Array([0xef, 0xbb, 0xbf]));
    expect(text).toBe(
      'build,definition,status,clouds,created_at,started_at,finished_at,duration_ms,artifact_bytes,' +
        'cause_code,cause_fault,cause_stage,cause_cloud,cause_message,retry_of,artifact_of\r\n' +
        '2001,debian-12,failed,lab far,2023-05-01T10:00:00.000Z,2023-05-01T10:00:00.000Z,2023-05-01T10:01:30.000Z,90000,5,' +
        `DIB_FAILED,definition,build,,"'=HYPERLINK(""http://x""),\r\n""Ü"", more",,\r\n`,
    );
  });

  it.each([
    'statistics?bucket=year',
    'statistics?from=soon',
    'statistics?status=failed',
    'builds.csv?page=1',
    'builds.csv?status=glorious',
  ])('refuse GET /api/%s', async (path) => {
    expect((await cycle.api.request(`/api/${path}`)).status).toBe(400);
  });
});
