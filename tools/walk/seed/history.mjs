import { randomUUID } from 'node:crypto';
import { AGENT_CHECKS } from '@image-manager/contracts';
import { planStages } from '@image-manager/pipeline';
import { bootTiming, findingsOf } from './agent-findings.mjs';
import { FAILURES, LONG_FAILURE } from './causes.mjs';
import { digest } from './digest.mjs';
import { packageHistory } from './package-lists.mjs';

const HOUR = 3600_000;
const DAY = 24 * HOUR;
const MB = 1e6;

/**
 * How each definition was built over time: first and last day before today, days between builds, seconds of the build
 * stage and megabytes of the artifact at first and at last.
 */
const SERIES = [
  { id: 'debian-12', from: 180, to: 0.3, every: 4.2, seconds: [171, 74], size: [352, 204], suffix: 'deb12u' },
  { id: 'debian-13', from: 130, to: 0.9, every: 4.8, seconds: [158, 81], size: [338, 221], suffix: 'deb13u' },
  {
    id: 'ubuntu-24.04',
    from: 175,
    to: 1.7,
    every: 6.5,
    seconds: [244, 190],
    size: [412, 389],
    suffix: '0ubuntu',
  },
  {
    id: 'debian-13-observability',
    from: 40,
    to: 2.1,
    every: 5,
    seconds: [205, 212],
    size: [501, 514],
    suffix: 'deb13u',
  },
  { id: 'debian-11', from: 178, to: 86, every: 9, seconds: [166, 160], size: [329, 331], suffix: 'deb11u' },
];

/** Of builds that are neither a definition's last nor shown on purpose. */
const FATES = [
  { status: 'succeeded', share: 0.8 },
  { status: 'failed', share: 0.12 },
  { status: 'cancelled', share: 0.05 },
  { status: 'partial', share: 0.03 },
];

/**
 * Builds over half a year, oldest first, each with all that the database keeps of it.
 *
 * @param {Map<string, { definition: any, digest: string }>} definitions
 * @param {ReturnType<typeof import('../../chaos/random.mjs').seeded>} random
 * @param {number} now
 * @returns {any[]}
 */
export function planHistory(definitions, random, now) {
  const builds = SERIES.flatMap((series) => buildsOf(series, definitions.get(series.id), random, now));
  builds.sort((a, b) => a.createdAt - b.createdAt);
  builds.forEach((build, index) => (build.id = index + 1));
  linkRetries(builds);
  return builds;
}

function buildsOf(series, { definition, digest: definitionDigest }, random, now) {
  const packages = packageHistory(random, series.suffix);
  const builds = [];
  for (let age = series.from; age > series.to; age -= series.every * random.between(0.7, 1.3)) {
    const share = (series.from - age) / (series.from - series.to);
    const at = (range) => range[0] + (range[1] - range[0]) * share;
    builds.push({
      id: 0,
      distroId: series.id,
      definition,
      definitionDigest: share > 0.6 ? definitionDigest : digest(series.id, 64),
      createdAt: Math.round(now - age * DAY),
      clouds: definition.clouds,
      buildSeconds: at(series.seconds) * random.between(0.92, 1.15),
      sizeBytes: Math.round(at(series.size) * MB * random.between(0.99, 1.01)),
      bootSeconds: (62 - 14 * share) * random.between(0.93, 1.1),
      packages: packages.next(),
    });
  }
  builds.forEach((build, index) => decideFate(build, builds.length - 1 - index, random));
  for (const build of builds) unfold(build, random);
  return builds;
}

/** @param {number} fromEnd 0 for the definition's last build */
function decideFate(build, fromEnd, random) {
  const isLong = build.distroId === 'debian-13-observability';
  if (isLong && fromEnd < 3) {
    Object.assign(build, { status: 'failed', failure: LONG_FAILURE, isLong: fromEnd === 0 });
  } else if (fromEnd === 0) {
    build.status = 'succeeded';
  } else if (build.distroId === 'debian-12' && fromEnd === 1) {
    Object.assign(build, { status: 'partial', failure: FAILURES.find(({ stage }) => stage === 'upload') });
  } else if (build.distroId === 'debian-12' && fromEnd === 2) {
    Object.assign(build, { status: 'failed', failure: FAILURES.find(({ unlike }) => unlike) });
  } else if (build.distroId === 'debian-13' && fromEnd === 1) {
    build.status = 'cancelled';
  } else {
    let dice = random.next();
    build.status = (FATES.find(({ share }) => (dice -= share) < 0) ?? FATES[0]).status;
  }
  if (build.status === 'partial' && build.clouds.length < 2) build.status = 'failed';
  if (build.status === 'failed') build.failure ??= random.pick(FAILURES);
  if (build.status === 'partial')
    build.failure ??= random.pick(FAILURES.filter(({ stage }) => stage !== 'build'));
}

/** From how it went to its rows: stages with times, checks, reports. */
function unfold(build, random) {
  const begin = build.createdAt + 800;
  build.startedAt = begin;
  build.stages = planStages(build.clouds).map((planned) => ({ ...planned, status: 'pending' }));
  build.checks = [];
  build.reports = [];
  const host = build.stages.find(({ cloud, stage }) => cloud === '' && stage === 'build');
  const hostEnd = begin + build.buildSeconds * 1000;
  const stopsAt = build.status === 'cancelled' ? random.pick(['build', 'upload', 'test']) : undefined;
  const atHost =
    build.failure?.stage === 'build' ? 'failed' : stopsAt === 'build' ? 'cancelled' : 'succeeded';
  run(
    host,
    begin,
    atHost === 'succeeded' ? hostEnd : begin + (hostEnd - begin) * random.between(0.3, 0.9),
    atHost,
    build,
  );
  const ends = build.clouds.map((cloud, index) => {
    if (atHost !== 'succeeded') return skipCloud(build, cloud, host.finishedAt);
    // In a build that is partial, the last cloud is the one that fails.
    const fails = build.failure && (build.status === 'failed' || index === build.clouds.length - 1);
    return runCloud(build, cloud, host.finishedAt, fails ? build.failure : undefined, stopsAt, random);
  });
  const last = build.stages.at(-1);
  const end = Math.max(host.finishedAt, ...ends);
  run(last, end, end + random.between(900, 2600), 'succeeded', build);
  build.finishedAt = last.finishedAt;
  if (build.failure)
    build.cause = causeAt(build.failure, build.stages.find(({ cause }) => cause)?.cloud ?? '');
  if (atHost === 'succeeded') build.sha512 = digest(`${build.distroId} ${build.createdAt}`, 128);
}

function runCloud(build, cloud, begin, failure, stopsAt, random) {
  const isFar = cloud !== 'local';
  const seconds = {
    upload: (build.sizeBytes / MB) * (isFar ? 0.11 : 0.012),
    boot: isFar ? random.between(9, 15) : random.between(1.5, 3),
    test: build.bootSeconds,
    promote: isFar ? random.between(1.4, 2.6) : random.between(0.2, 0.5),
  };
  let at = begin;
  let broken = false;
  for (const stage of ['upload', 'boot', 'test', 'promote']) {
    const row = rowOf(build, stage, cloud);
    if (broken) {
      row.status = 'skipped';
      continue;
    }
    const fails = failure?.stage === stage;
    const isCancelled = stopsAt === stage;
    broken = fails || isCancelled;
    const end = at + seconds[stage] * 1000 * (isCancelled ? 0.4 : 1);
    run(row, at, end, fails ? 'failed' : isCancelled ? 'cancelled' : 'succeeded', build);
    at = end;
    if (stage === 'test' && !isCancelled && (!fails || failure.unlike))
      report(build, cloud, failure, at, random);
  }
  const cleanup = rowOf(build, 'cleanup', cloud);
  run(cleanup, at, at + random.between(1100, 5200), 'succeeded', build);
  return cleanup.finishedAt;
}

function skipCloud(build, cloud, at) {
  for (const row of build.stages) if (row.cloud === cloud) row.status = 'skipped';
  return at;
}

function run(row, begin, end, status, build) {
  Object.assign(row, {
    status,
    startedAt: Math.round(begin),
    finishedAt: Math.round(end),
    deadlineAt: Math.round(begin + build.definition.deadlines[row.stage] * 1000),
    progress: status === 'succeeded' ? 1 : 0.6,
    ...(status === 'failed' ? { cause: causeAt(build.failure, row.cloud) } : {}),
  });
}

function report(build, cloud, failure, at, random) {
  const unlike = [
    ...(failure?.unlike ?? []),
    ...(random.chance(0.15) ? ['hygiene.leftovers'] : []),
    ...(random.chance(0.06) ? ['disk.space'] : []),
  ];
  const findings = findingsOf(AGENT_CHECKS, random, { packageCount: build.packages.length, unlike });
  for (const finding of findings) {
    build.checks.push({
      ...finding,
      cloud,
      required: build.definition.requiredChecks.includes(finding.name),
    });
  }
  build.reports.push({
    cloud,
    at,
    serverName: `image-manager-build-${build.createdAt}-${cloud}`,
    token: randomUUID(),
    report: {
      packages: build.packages,
      kernelRelease: '6.1.0-41-amd64',
      timing: bootTiming(build.bootSeconds, random),
    },
  });
}

function rowOf(build, stage, cloud) {
  return build.stages.find((row) => row.stage === stage && row.cloud === cloud);
}

function causeAt({ cause, stage }, cloud) {
  return { ...cause, stage, ...(cloud === '' ? {} : { cloud }) };
}

/** Some of what failed was tried again by the next build. */
function linkRetries(builds) {
  for (const build of builds) {
    const before = builds.findLast(({ id, distroId }) => id < build.id && distroId === build.distroId);
    if (before?.status === 'failed' && build.id % 3 === 0) build.retryOf = before.id;
  }
}
