import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { digest } from './digest.mjs';

/**
 * Writes planned builds into the database.
 *
 * @param {Awaited<ReturnType<typeof import('./database.mjs').createDatabase>>} database
 * @param {any[]} builds
 * @param {string} storagePath
 */
export async function writeHistory(database, builds, storagePath) {
  const rows = builds.map((build) => buildRow(build, storagePath));
  await database.insert(
    'BuildEntity',
    rows.map((row) => ({ ...row, causeText: database.causeText(row.cause) })),
  );
  await database.insert('StageEntity', builds.flatMap(stageRows));
  await database.insert('CheckEntity', builds.flatMap(checkRows));
  await database.insert('AgentSessionEntity', builds.flatMap(sessionRows));
  await database.insert(
    'BuildFiguresEntity',
    builds.flatMap((build, index) =>
      database.figuresOf(rows[index], stageRows(build), sessionRows(build).reverse()),
    ),
  );
}

/** The test servers of a build that failed stay for a look inside for some more time. */
export async function writeKeptServers(database, { id, clouds, reports }, now) {
  await database.insert(
    'LedgerEntity',
    clouds.map((cloud) => ({
      buildId: id,
      cloud,
      kind: 'server',
      name:
        reports.find((report) => report.cloud === cloud)?.serverName ?? `image-manager-build-${id}-${cloud}`,
      externalId: randomUUID(),
      detail: { keptUntil: new Date(now + 2 * 3600_000).toISOString(), addresses: '10.0.2.17 2001:db8::17' },
      state: 'held',
      problem: null,
      missedAt: null,
      createdAt: new Date(now - 600_000),
      updatedAt: new Date(now - 600_000),
    })),
  );
}

function buildRow(build, storagePath) {
  return {
    id: build.id,
    distroId: build.distroId,
    status: build.status,
    definition: build.definition,
    definitionDigest: build.definitionDigest,
    packages: build.id % 17 === 0 ? ['htop', 'tcpdump'] : [],
    dibArguments: [],
    clouds: build.clouds,
    artifactOf: null,
    retryOf: build.retryOf ?? null,
    artifact: build.sha512
      ? {
          path: join(storagePath, 'artifacts', `build-${build.id}.qcow2`),
          sizeBytes: build.sizeBytes,
          virtualSizeBytes: 1_866_465_280,
          sha512: build.sha512,
        }
      : null,
    cause: build.cause ?? null,
    createdAt: new Date(build.createdAt),
    startedAt: new Date(build.startedAt),
    finishedAt: new Date(build.finishedAt),
    cancelRequestedAt: build.status === 'cancelled' ? new Date(build.finishedAt - 4000) : null,
  };
}

function stageRows({ id, stages }) {
  return stages.map(({ startedAt, finishedAt, deadlineAt, progress, cause, ...row }) => ({
    ...row,
    buildId: id,
    startedAt: time(startedAt),
    finishedAt: time(finishedAt),
    deadlineAt: time(deadlineAt),
    progress: progress ?? null,
    activity: null,
    cause: cause ?? null,
  }));
}

function checkRows({ id, checks }) {
  return checks.map(({ figure, unit, ...row }) => ({
    ...row,
    buildId: id,
    figure: figure || null,
    unit: unit || null,
  }));
}

function sessionRows({ id, reports }) {
  return reports.map(({ cloud, at, serverName, token, report }) => ({
    buildId: id,
    cloud,
    tokenHash: digest(token, 64),
    consoleKey: digest(serverName, 64),
    serverName,
    state: 'closed',
    nonce: null,
    report,
    expiresAt: new Date(at + 900_000),
    registeredAt: new Date(at - 30_000),
    reportedAt: new Date(at),
  }));
}

function time(at) {
  return at === undefined ? null : new Date(at);
}
