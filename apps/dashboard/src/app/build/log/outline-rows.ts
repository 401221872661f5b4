import type { LogMark, LogPhase, LogScript, StageView } from '@image-manager/contracts';

/** So large a share of the build stage is worth a look of itself. */
const LARGE_SHARE = 0.1;
/** A smaller one would be drawn as a dot. */
const LEAST_SHARE = 0.01;

/** What is said of a row beside its name: what goes on, or what did not end well. */
export type RowStatus = 'running' | 'failed' | 'cancelled';

/** Something that begins at a line of the log and takes a while. */
export interface OutlineRow {
  line: number;
  /** Milliseconds; undefined when nobody knows. */
  ms: number | undefined;
  status: RowStatus | undefined;
}

/** A part of the build stage. */
export interface PartRow extends OutlineRow {
  name: string;
  /** Of the time that the build stage took, 0 to 1; 0 where it is too small to be drawn. */
  share: number;
}

export interface PhaseRow extends PartRow {
  scripts: PartRow[];
  /** Its scripts are worth a look: one took long, runs, or failed. */
  telling: boolean;
}

export interface StageRow extends OutlineRow {
  mark: LogMark;
  phases: PhaseRow[];
}

/** @param now milliseconds since the epoch, for what still runs */
export function stageRows(
  marks: readonly LogMark[],
  phases: readonly LogPhase[],
  stages: readonly StageView[],
  now: number,
): StageRow[] {
  return marks.map((mark) => {
    const stage = stages.find((one) => one.stage === mark.stage && one.cloud === mark.cloud);
    const ms = stage === undefined ? undefined : stageMs(stage, now);
    const ofBuild = mark.stage === 'build' ? phases : [];
    return {
      mark,
      line: mark.line,
      ms,
      status: statusOf(stage),
      phases: phaseRows(ofBuild, stage, ms ?? 0, now),
    };
  });
}

function phaseRows(
  phases: readonly LogPhase[],
  stage: StageView | undefined,
  stageMs: number,
  now: number,
): PhaseRow[] {
  const end = stage?.finishedAt === undefined ? now : Date.parse(stage.finishedAt);
  // What was broken off, and only that, has not ended when the stage has.
  const row = ({ name, line, at, durationMs }: LogPhase | LogScript): PartRow => {
    const ms = durationMs ?? Math.max(0, end - at);
    const share = stageMs > 0 ? Math.min(1, ms / stageMs) : 0;
    return {
      name,
      line,
      ms,
      share: share < LEAST_SHARE ? 0 : share,
      status: durationMs === undefined ? statusOf(stage) : undefined,
    };
  };
  return phases.map((phase) => {
    const scripts = phase.scripts.map(row);
    return {
      ...row(phase),
      scripts,
      telling: scripts.some(({ share, status }) => share >= LARGE_SHARE || status !== undefined),
    };
  });
}

function stageMs({ startedAt, finishedAt, durationMs }: StageView, now: number): number | undefined {
  if (durationMs !== undefined) return durationMs;
  if (startedAt === undefined) return undefined;
  return Math.max(0, (finishedAt === undefined ? now : Date.parse(finishedAt)) - Date.parse(startedAt));
}

function statusOf(stage: StageView | undefined): RowStatus | undefined {
  switch (stage?.status) {
    case 'running':
    case 'failed':
    case 'cancelled':
      return stage.status;
    default:
      return undefined;
  }
}

/** The first line of what a line belongs to: the last of these that is not behind it. @param begins in order */
export function placeOf(begins: readonly number[], line: number): number | undefined {
  let low = 0;
  let high = begins.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((begins[middle] ?? Infinity) <= line) low = middle + 1;
    else high = middle;
  }
  return begins[low - 1];
}
