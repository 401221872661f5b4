import 'reflect-metadata';
import { DataSource, type MigrationInterface } from 'typeorm';
import type { BuildStatus } from '@image-manager/contracts';
import { AgentSessionEntity } from './agent-session.entity.js';
import { BuildEntity } from './build.entity.js';
import { BuildFiguresEntity } from './build-figures.entity.js';
import { figuresOf } from './build-figures.js';
import { causeText } from './cause-text.js';
import { ENTITIES } from './entities.js';
import { MIGRATIONS } from './migrations/index.js';
import { StageEntity } from './stage.entity.js';

const CAUSE = {
  code: 'CHECK_FAILED',
  fault: 'image' as const,
  stage: 'test' as const,
  message: 'A required check failed: Ünit',
  advice: '',
};
const TIMING = {
  kernelMs: 1000,
  initrdMs: 2000,
  userspaceMs: 3000,
  cloudInitMs: 9000,
  untilReportMs: 20_000,
};

describe('figures of builds that had ended before there were any', () => {
  let database: DataSource;

  beforeEach(async () => {
    database = await new DataSource({
      type: 'better-sqlite3',
      database: ':memory:',
      entities: ENTITIES,
      migrations: MIGRATIONS as (new () => MigrationInterface)[],
      migrationsRun: true,
    }).initialize();
  });
  afterEach(() => database.destroy());

  const insert = async (id: number, status: BuildStatus, fields: Partial<BuildEntity> = {}) => {
    await database.getRepository(BuildEntity).insert({
      id,
      distroId: 'debian-12',
      status,
      definition: {} as BuildEntity['definition'],
      definitionDigest: '',
      packages: [],
      dibArguments: [],
      clouds: ['lab', 'far'],
      artifactOf: null,
      createdAt: new Date(1_700_000_000_000 + id),
      finishedAt: status === 'running' ? null : new Date(1_700_000_900_000 + id),
      ...fields,
    });
    const places = [['build', ''], ...['upload', 'boot', 'test'].flatMap((s) => [[s, 'lab'], [s, 'far']])]; // prettier-ignore
    await database.getRepository(StageEntity).insert(
      places.map(([stage, cloud], index) => ({
        buildId: id,
        stage: stage as StageEntity['stage'],
        cloud: cloud!,
        status: stage === 'test' && cloud === 'far' ? ('failed' as const) : ('succeeded' as const),
        startedAt: new Date(1_700_000_000_000),
        finishedAt: new Date(1_700_000_000_000 + (index + 1) * 1000),
      })),
    );
    for (const [index, cloud] of ['lab', 'lab', 'far'].entries()) {
      await database.getRepository(AgentSessionEntity).insert({
        buildId: id,
        cloud,
        tokenHash: `${id} ${index}`,
        consoleKey: '',
        serverName: '',
        state: 'closed',
        report: {
          packages: [],
          kernelRelease: '',
          timing: { ...TIMING, kernelMs: index * 100, userspaceMs: cloud === 'far' ? 0 : 3000 },
        },
        expiresAt: new Date(0),
      });
    }
  };

  it('are the same as those of builds that end today', async () => {
    const artifact = { path: '/a', sizeBytes: 204_000_000, virtualSizeBytes: 1, sha512: '' };
    await insert(1, 'succeeded', { artifact });
    await insert(2, 'failed', { artifact, artifactOf: 1, cause: CAUSE });
    await insert(3, 'running', { artifact });
    await insert(4, 'cancelled', { artifact: null });
    // More than one slice of them.
    for (let id = 5; id < 250; id += 1) await insert(id, 'partial');
    const builds = await database.getRepository(BuildEntity).find();
    const expected = [];
    for (const build of builds) {
      if (build.status === 'running') continue;
      const buildId = build.id;
      const sessions = await database
        .getRepository(AgentSessionEntity)
        .find({ where: { buildId }, order: { id: 'DESC' } });
      expected.push(
        ...figuresOf(build, await database.getRepository(StageEntity).findBy({ buildId }), sessions),
      );
    }
    await database.undoLastMigration();
    await database.runMigrations();
    const order = { buildId: 'ASC', cloud: 'DESC' } as const;
    const rows = await database.getRepository(BuildFiguresEntity).find({ order });
    expect(rows).toEqual(expected);
    expect(rows[0]).toMatchObject({
      cloud: 'lab',
      artifactBytes: 204_000_000,
      buildMs: 1000,
      uploadMs: 2000,
      systemStartMs: 5100,
    });
    expect(rows[1]).toMatchObject({ cloud: 'far', testMs: null, systemStartMs: null });
    expect(rows[2]).toMatchObject({ buildId: 2, causeCode: 'CHECK_FAILED', buildMs: null });
    const texts = await database.query<{ causeText: string | null }[]>(
      `SELECT causeText FROM builds WHERE id IN (1, 2) ORDER BY id`,
    );
    expect(texts.map((row) => row.causeText)).toEqual([null, causeText(CAUSE)]);
    expect(causeText(CAUSE)).toBe('check_failed a required check failed: ünit');
  });

  it('keep a database with rows that cannot be read from being of no use', async () => {
    await insert(1, 'succeeded');
    await insert(2, 'failed', { cause: CAUSE });
    await database.query(`UPDATE builds SET artifact = '{', cause = 'x' WHERE id = 2`);
    await database.undoLastMigration();
    await database.runMigrations();
    const rows = await database.getRepository(BuildFiguresEntity).findBy({ buildId: 2 });
    expect(rows).toHaveLength(2);
    expect(rows).toMatchObject([{ artifactBytes: null, causeCode: null }, { uploadMs: 2000 }]);
  });
});
