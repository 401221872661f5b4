import {
  STAGE_NAMES,
  type BuildStatus,
  type EndedBuilds,
  type Spread,
  type StageName,
  type StatisticsFigures,
} from '@image-manager/contracts';
import type { BuildFiguresEntity } from '../../storage/index.js';

const ENDS = ['succeeded', 'partial', 'failed', 'cancelled'] as const satisfies BuildStatus[];

/** Gathers the rows of builds, those of one build one after the other, and says what they come to. */
export class FiguresOfBuilds {
  private readonly builds: EndedBuilds = { succeeded: 0, partial: 0, failed: 0, cancelled: 0 };
  private readonly stageMs = new Map<StageName, number[]>();
  private readonly bootMs: number[] = [];
  private readonly artifactBytes: number[] = [];
  private lastBuild: number | undefined;

  add(row: BuildFiguresEntity): void {
    if (row.buildId !== this.lastBuild) this.addBuild(row);
    this.lastBuild = row.buildId;
    this.addStage('upload', row.uploadMs);
    this.addStage('boot', row.bootMs);
    this.addStage('test', row.testMs);
    this.addStage('promote', row.promoteMs);
    this.addStage('cleanup', row.cleanupMs);
    if (row.systemStartMs !== null) this.bootMs.push(row.systemStartMs);
  }

  result(): StatisticsFigures {
    const { builds } = this;
    const judged = builds.succeeded + builds.partial + builds.failed;
    const [bootMs, artifactBytes] = [spreadOf(this.bootMs), spreadOf(this.artifactBytes)];
    return {
      builds,
      ...(judged === 0 ? {} : { successRate: builds.succeeded / judged }),
      stages: STAGE_NAMES.flatMap((stage) => {
        const spread = spreadOf(this.stageMs.get(stage) ?? []);
        return spread ? [{ stage, ...spread }] : [];
      }),
      ...(bootMs ? { bootMs } : {}),
      ...(artifactBytes ? { artifactBytes } : {}),
    };
  }

  /** What each of a build's rows says, once. */
  private addBuild({ status, buildMs, artifactBytes }: BuildFiguresEntity): void {
    const end = ENDS.find((known) => known === status);
    if (end) this.builds[end] += 1;
    this.addStage('build', buildMs);
    if (artifactBytes !== null) this.artifactBytes.push(artifactBytes);
  }

  private addStage(stage: StageName, ms: number | null): void {
    if (ms === null) return;
    const durations = this.stageMs.get(stage);
    if (durations) durations.push(ms);
    else this.stageMs.set(stage, [ms]);
  }
}

function spreadOf(values: readonly number[]): Spread | undefined {
  if (values.length === 0) return undefined;
  const sorted = Float64Array.from(values).sort();
  return { median: quantile(sorted, 0.5), p90: quantile(sorted, 0.9), count: sorted.length };
}

/** Between the two values beside the place, in proportion, as PERCENTILE_CONT of SQL has it; whole numbers. */
function quantile(sorted: Float64Array, share: number): number {
  const place = (sorted.length - 1) * share;
  const below = sorted[Math.floor(place)] ?? 0;
  const above = sorted[Math.ceil(place)] ?? below;
  return Math.round(below + (above - below) * (place - Math.floor(place)));
}
