import { formatDuration } from '../bootstrap/progress.mjs';

/**
 * What a person wants to read at the end: one line, and for a failure what to do.
 *
 * @param {{ build: any, left?: boolean }} outcome
 * @param {string} url of the server
 */
export function describeOutcome({ build, left }, url) {
  const name = `Build ${build.id} of ${build.distroId}`;
  if (left)
    return [
      `${name} is left to the server: it goes on cleaning, at its next start at the latest. See ${url}/builds/${build.id}`,
    ];
  const time =
    build.startedAt && build.finishedAt
      ? ` in ${formatDuration(Date.parse(build.finishedAt) - Date.parse(build.startedAt))}`
      : '';
  if (build.status === 'succeeded') {
    const checks = (build.checks ?? []).filter(({ status }) => status === 'pass').length;
    return [`${name} is promoted${time}: ${checks} of ${build.checks.length} checks passed.`];
  }
  if (!build.cause) return [`${name} ended ${build.status}${time}.`];
  const { code, stage, cloud, message, advice } = build.cause;
  return [
    `${name} ended ${build.status}${time}: ${code} in ${stage}${cloud ? ` (${cloud})` : ''}: ${message} ${advice}`.trimEnd(),
  ];
}

/** 0 promoted; after an interrupt the signal's status, unless the promotion could not be stopped any more; else 1. */
export function exitStatusOf({ build }, interrupts) {
  if (build.status === 'succeeded') return 0;
  return interrupts.first.aborted ? interrupts.exitStatus() : 1;
}

/**
 * The object that `--json` prints.
 *
 * @param {{ build: any }} outcome
 */
export function toJson({ build }) {
  return {
    status: build.status,
    buildId: build.id,
    distroId: build.distroId,
    startedAt: build.startedAt,
    finishedAt: build.finishedAt,
    cause: build.cause,
    stages: build.stages,
    checks: build.checks,
    timing: build.timing,
    packageCount: build.packageCount,
    artifact: build.artifact,
    images: build.images.map(({ id, cloud, name, state, checksum }) => ({
      id,
      cloud,
      name,
      state,
      checksum,
    })),
    checksums: {
      artifact: build.artifact?.sha512,
      images: Object.fromEntries(build.images.map(({ id, checksum }) => [id, checksum?.value])),
    },
    logLines: build.logLines,
  };
}
