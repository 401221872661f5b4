import type { BuildStatus, StageName, StageStatus } from '@image-manager/contracts';

const BUILD_MOVES: Record<BuildStatus, readonly BuildStatus[]> = {
  queued: ['running', 'cancelled'],
  running: ['succeeded', 'partial', 'failed', 'cancelled'],
  succeeded: [],
  partial: [],
  failed: [],
  cancelled: [],
};

const STAGE_MOVES: Record<StageStatus, readonly StageStatus[]> = {
  pending: ['running', 'skipped', 'cancelled'],
  // A stage that was interrupted runs again.
  running: ['running', 'succeeded', 'failed', 'cancelled'],
  succeeded: [],
  failed: [],
  skipped: [],
  cancelled: [],
};

/** @throws RangeError when a build may not go from `from` to `to`. */
export function assertBuildMove(from: BuildStatus, to: BuildStatus): void {
  if (!BUILD_MOVES[from].includes(to)) throw new RangeError(`a build cannot go from ${from} to ${to}`);
}

/** @throws RangeError when a stage may not go from `from` to `to`. */
export function assertStageMove(from: StageStatus, to: StageStatus): void {
  if (!STAGE_MOVES[from].includes(to)) throw new RangeError(`a stage cannot go from ${from} to ${to}`);
}

export interface StageOutcome {
  stage: StageName;
  cloud: string;
  status: StageStatus;
}

/**
 * What the build comes to once its stages ended. A failed cleanup does not take back a promotion: the reaper goes on
 * with what is left.
 */
export function buildOutcome(stages: readonly StageOutcome[], cancelled: boolean): BuildStatus {
  const promotions = stages.filter(({ stage }) => stage === 'promote');
  const promoted = promotions.filter(({ status }) => status === 'succeeded').length;
  if (promotions.length > 0 && promoted === promotions.length) return 'succeeded';
  if (promoted > 0) return 'partial';
  return cancelled ? 'cancelled' : 'failed';
}
