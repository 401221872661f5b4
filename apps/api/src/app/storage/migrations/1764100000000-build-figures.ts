import { Table, TableIndex, type MigrationInterface, type QueryRunner } from 'typeorm';

const figure = (name: string) => ({ name, type: 'bigint', isNullable: true });

const FIGURES = new Table({
  name: 'build_figures',
  columns: [
    { name: 'buildId', type: 'integer', isPrimary: true },
    { name: 'cloud', type: 'text', isPrimary: true },
    { name: 'distroId', type: 'text' },
    { name: 'status', type: 'text' },
    { name: 'causeCode', type: 'text', isNullable: true },
    { name: 'createdAt', type: 'bigint' },
    { name: 'endedAt', type: 'bigint' },
    figure('artifactBytes'),
    figure('buildMs'),
    figure('uploadMs'),
    figure('bootMs'),
    figure('testMs'),
    figure('promoteMs'),
    figure('cleanupMs'),
    figure('systemStartMs'),
  ],
  foreignKeys: [
    {
      columnNames: ['buildId'],
      referencedTableName: 'builds',
      referencedColumnNames: ['id'],
      onDelete: 'CASCADE',
    },
  ],
  indices: [
    new TableIndex({ name: 'build_figures_created', columnNames: ['createdAt', 'buildId', 'cloud'] }),
  ],
});

/** All that the history filters by: a row of `builds` is some kilobytes wide, and none is read that is not shown. */
const FILTERED = ['createdAt', 'clouds', 'causeText'];
const HISTORY = [
  new TableIndex({ name: 'builds_history', columnNames: ['id', 'distroId', 'status', ...FILTERED] }),
  new TableIndex({ name: 'builds_status', columnNames: ['status', 'id', 'distroId', ...FILTERED] }),
  new TableIndex({ name: 'builds_distro', columnNames: ['distroId', 'id', 'status', ...FILTERED] }),
];
const NARROW = [
  new TableIndex({ name: 'builds_status', columnNames: ['status'] }),
  new TableIndex({ name: 'builds_distro', columnNames: ['distroId', 'id'] }),
];

/** Builds at a time, so that a long history does not have to fit into memory. */
const SLICE = 200;

export class BuildFigures1764100000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE "builds" ADD COLUMN "causeText" text`);
    await runner.createTable(FIGURES, true);
    for await (const builds of slices(runner)) await fill(runner, builds);
    for (const { name } of NARROW) await runner.query(`DROP INDEX "${name ?? ''}"`);
    await runner.createIndices('builds', HISTORY);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const { name } of HISTORY) await runner.query(`DROP INDEX "${name ?? ''}"`);
    await runner.createIndices('builds', NARROW);
    await runner.dropTable(FIGURES);
    await runner.query(`ALTER TABLE "builds" DROP COLUMN "causeText"`);
  }
}

interface BuildRow {
  id: number;
  distroId: string;
  status: string;
  clouds: string;
  artifact: string | null;
  artifactOf: number | null;
  cause: string | null;
  createdAt: number;
  finishedAt: number | null;
}

async function* slices(runner: QueryRunner): AsyncGenerator<BuildRow[]> {
  let last = 0;
  for (;;) {
    const builds = (await runner.query(
      `SELECT "id", "distroId", "status", "clouds", "artifact", "artifactOf", "cause", "createdAt", "finishedAt" FROM "builds"
        WHERE "id" > ${last} AND "status" IN ('succeeded', 'partial', 'failed', 'cancelled') ORDER BY "id" LIMIT ${SLICE}`,
    )) as BuildRow[];
    if (builds.length === 0) return;
    yield builds;
    last = builds.at(-1)?.id ?? last;
  }
}

async function fill(runner: QueryRunner, builds: readonly BuildRow[]): Promise<void> {
  const ids = builds.map(({ id }) => id).join(', ');
  const durations = new Map(
    (
      (await runner.query(
        `SELECT "buildId", "stage", "cloud", "finishedAt" - "startedAt" AS "ms" FROM "stages"
          WHERE "buildId" IN (${ids}) AND "status" = 'succeeded'`,
      )) as { buildId: number; stage: string; cloud: string; ms: number | null }[]
    ).map(({ buildId, stage, cloud, ms }) => [`${buildId} ${stage} ${cloud}`, ms]),
  );
  // Of several servers of a build in a cloud the last one's word counts.
  const timings = new Map(
    (
      (await runner.query(
        `SELECT "buildId", "cloud", "report" FROM "agent_sessions"
          WHERE "buildId" IN (${ids}) AND "report" IS NOT NULL ORDER BY "id"`,
      )) as { buildId: number; cloud: string; report: string }[]
    ).map(({ buildId, cloud, report }) => [`${buildId} ${cloud}`, systemStart(report)]),
  );
  for (const build of builds) {
    const cause = parsed(build.cause) as { code: string; message: string } | undefined;
    if (cause) {
      await write(runner, `UPDATE "builds" SET "causeText" = ? WHERE "id" = ?`, [
        `${cause.code} ${cause.message}`.toLowerCase(),
        build.id,
      ]);
    }
    for (const cloud of (parsed(build.clouds) as string[] | undefined) ?? []) {
      const duration = (stage: string, place = cloud) =>
        durations.get(`${build.id} ${stage} ${place}`) ?? null;
      const row = [
        build.id,
        cloud,
        build.distroId,
        build.status,
        cause?.code ?? null,
        build.createdAt,
        build.finishedAt ?? build.createdAt,
        (parsed(build.artifact) as { sizeBytes: number } | undefined)?.sizeBytes ?? null,
        build.artifactOf === null ? duration('build', '') : null,
        ...['upload', 'boot', 'test', 'promote', 'cleanup'].map((stage) => duration(stage)),
        timings.get(`${build.id} ${cloud}`) ?? null,
      ];
      const columns = FIGURES.columns.map(({ name }) => `"${name}"`).join(', ');
      await write(
        runner,
        `INSERT INTO "build_figures" (${columns}) VALUES (${row.map(() => '?').join(', ')})`,
        row,
      );
    }
  }
}

/** SQLite writes parameters as ?, PostgreSQL as $1, $2, … */
async function write(runner: QueryRunner, sql: string, values: readonly unknown[]): Promise<void> {
  let at = 0;
  const numbered = () => `$${(at += 1)}`;
  const isPostgres = runner.dataSource.options.type === 'postgres';
  await runner.query(isPostgres ? sql.replaceAll('?', numbered) : sql, [...values]);
}

function systemStart(report: string): number | null {
  const { timing } = (parsed(report) ?? {}) as { timing?: Record<string, number> };
  const { kernelMs = 0, initrdMs = 0, userspaceMs = 0 } = timing ?? {};
  return userspaceMs === 0 ? null : kernelMs + initrdMs + userspaceMs;
}

/** A row that cannot be read has no figures; it is no reason not to start. */
function parsed(json: string | null): unknown {
  try {
    return json === null ? undefined : JSON.parse(json);
  } catch {
    return undefined;
  }
}
