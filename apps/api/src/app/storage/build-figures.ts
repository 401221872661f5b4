import type { AgentSessionEntity } from './agent-session.entity.js';
import type { BuildEntity } from './build.entity.js';
import type { BuildFiguresEntity } from './build-figures.entity.js';
import type { StageEntity } from './stage.entity.js';

type Ended = Pick<
  BuildEntity,
  'id' | 'distroId' | 'status' | 'clouds' | 'artifact' | 'artifactOf' | 'cause' | 'createdAt' | 'finishedAt'
>;
type Stage = Pick<StageEntity, 'stage' | 'cloud' | 'status' | 'startedAt' | 'finishedAt'>;

/**
 * The figures of a build that ended, one row per cloud.
 *
 * @param sessions those that have reported, the last one first
 */
export function figuresOf(
  build: Ended,
  stages: readonly Stage[],
  sessions: readonly Pick<AgentSessionEntity, 'cloud' | 'report'>[],
): BuildFiguresEntity[] {
  const duration = (stage: Stage['stage'], cloud: string): number | null => {
    const row = stages.find((other) => other.stage === stage && other.cloud === cloud);
    if (row?.status !== 'succeeded' || !row.startedAt || !row.finishedAt) return null;
    return row.finishedAt.getTime() - row.startedAt.getTime();
  };
  return build.clouds.map((cloud) => ({
    buildId: build.id,
    cloud,
    distroId: build.distroId,
    status: build.status,
    causeCode: build.cause?.code ?? null,
    createdAt: build.createdAt,
    endedAt: build.finishedAt ?? build.createdAt,
    artifactBytes: build.artifact?.sizeBytes ?? null,
    // Looking at a checksum is not building.
    buildMs: build.artifactOf === null ? duration('build', '') : null,
    uploadMs: duration('upload', cloud),
    bootMs: duration('boot', cloud),
    testMs: duration('test', cloud),
    promoteMs: duration('promote', cloud),
    cleanupMs: duration('cleanup', cloud),
    systemStartMs: systemStart(sessions.find((session) => session.cloud === cloud)?.report ?? null),
  }));
}

/** Not known where systemd had not finished its start when the agent asked. */
function systemStart(report: AgentSessionEntity['report']): number | null {
  if (!report || report.timing.userspaceMs === 0) return null;
  const { kernelMs, initrdMs, userspaceMs } = report.timing;
  return kernelMs + initrdMs + userspaceMs;
}
