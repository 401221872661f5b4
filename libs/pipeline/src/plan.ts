import type { StageName } from '@image-manager/contracts';

export interface PlannedStage {
  stage: StageName;
  /** Empty for what happens on the build host. */
  cloud: string;
}

/** The stages that each cloud goes through on its own, in order. */
export const CLOUD_STAGES = ['upload', 'boot', 'test', 'promote', 'cleanup'] as const satisfies StageName[];

/** All stages of a build: the host's build, each cloud's row, and the host's own cleanup last. */
export function planStages(clouds: readonly string[]): PlannedStage[] {
  return [
    { stage: 'build', cloud: '' },
    ...clouds.flatMap((cloud) => CLOUD_STAGES.map((stage) => ({ stage, cloud }))),
    { stage: 'cleanup', cloud: '' },
  ];
}
