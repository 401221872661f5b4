import { createSandbox } from '../e2e/sandbox.mjs';
import { createDatabase } from '../walk/seed/database.mjs';

const DAY = 24 * 3600_000;
const STATUSES = ['succeeded', 'failed', 'succeeded', 'succeeded', 'cancelled', 'partial', 'succeeded'];
const DISTROS = ['debian-12', 'debian-13', 'ubuntu-24.04'];
/** The width of a real build's definition and log excerpt, in characters. */
const DEFINITION = { description: 'x'.repeat(2500) };
const LINES = Array.from(
  { length: 20 },
  (_, index) => `line ${index} of what the log says of it, for a person`,
);

/** What the history is asked for; the text stands in no build, so that all are looked through. */
const QUERIES = {
  'no filter': '',
  text: 'text=no-such-word-anywhere',
  cloud: 'cloud=lab',
  status: 'status=failed&status=partial',
  definition: 'distroId=debian-12&distroId=debian-13',
  period: `from=2024-02-01&to=2024-03-01`,
  'all at once': 'text=unit&cloud=lab&status=failed&distroId=debian-12&from=2024-01-01&to=2026-01-01',
  'last page': 'page=LAST',
};

const TURNS = 9;

/**
 * How long the history and the statistics take over HTTP, in installations with so many builds, one after the other.
 *
 * @param {number[]} counts
 * @returns {Promise<Record<string, number>[]>} by question the median of its times, in milliseconds, for each count
 */
export async function measureHistories(counts) {
  const results = [];
  for (const count of counts) {
    const sandbox = await createSandbox();
    try {
      await fill(sandbox.storagePath, count);
      await sandbox.startServer();
      results.push(await measure(sandbox, count));
    } finally {
      await sandbox.remove();
    }
  }
  return results;
}

/** Builds as an installation of many years has them, ended, with their figures. */
async function fill(storagePath, count) {
  const database = await createDatabase(storagePath);
  try {
    for (let first = 1; first <= count; first += 500) {
      const builds = Array.from({ length: Math.min(500, count - first + 1) }, (_, index) =>
        buildOf(first + index),
      );
      await database.insert('BuildEntity', builds);
      await database.insert(
        'BuildFiguresEntity',
        builds.flatMap((build) => figuresOf(database, build)),
      );
    }
  } finally {
    await database.close();
  }
}

async function measure(sandbox, count) {
  const times = /** @type {Record<string, number>} */ ({});
  const ask = async (path) => {
    const begin = performance.now();
    const response = await fetch(`${sandbox.url}${path}`, {
      headers: { authorization: sandbox.api.authorization },
    });
    if (!response.ok) throw new Error(`${path} answered ${response.status}`);
    await response.arrayBuffer();
    return performance.now() - begin;
  };
  const median = async (path) => {
    const all = [];
    for (let turn = 0; turn < TURNS; turn += 1) all.push(await ask(path));
    return all.sort((a, b) => a - b)[Math.floor(TURNS / 2)];
  };
  for (const [name, query] of Object.entries(QUERIES))
    times[name] = await median(`/api/builds?${query.replace('LAST', String(Math.ceil(count / 25)))}`);
  times['statistics of a quarter'] = await median('/api/statistics?from=2024-01-01&to=2024-04-01');
  times['statistics of all'] = await ask('/api/statistics?from=2000-01-01&bucket=month');
  times['CSV of all'] = await ask('/api/builds.csv');
  return times;
}

/** A row of a build that ended. */
export function buildOf(id) {
  const createdAt = new Date(Date.parse('2024-01-01') + id * (DAY / 100));
  const status = STATUSES[id % STATUSES.length];
  const cause =
    status === 'failed'
      ? {
          code: 'CHECK_FAILED',
          fault: 'image',
          stage: 'test',
          message: `The required check system.failed-units failed in cloud local: unit ${id} failed`,
          advice: 'Mend the unit and build again.',
          lines: LINES,
        }
      : null;
  return {
    id,
    distroId: DISTROS[id % DISTROS.length],
    status,
    definition: DEFINITION,
    definitionDigest: 'd'.repeat(64),
    packages: [],
    dibArguments: [],
    clouds: id % 5 === 0 ? ['local', 'lab'] : ['local'],
    artifactOf: null,
    retryOf: null,
    artifact: null,
    cause,
    causeText: cause ? `${cause.code} ${cause.message}`.toLowerCase() : null,
    createdAt,
    startedAt: createdAt,
    finishedAt: new Date(createdAt.getTime() + 240_000 + (id % 600) * 100),
    cancelRequestedAt: null,
  };
}

function figuresOf({ figuresOf: make }, build) {
  const at = build.createdAt.getTime();
  const stages = ['build', 'upload', 'boot', 'test', 'promote', 'cleanup'].flatMap((stage, index) =>
    (stage === 'build' ? [''] : build.clouds).map((cloud) => ({
      stage,
      cloud,
      status: 'succeeded',
      startedAt: new Date(at),
      finishedAt: new Date(at + (index + 1) * 1000 + (build.id % 997)),
    })),
  );
  return make({ ...build, artifact: { sizeBytes: 200e6 + build.id } }, stages, []);
}
