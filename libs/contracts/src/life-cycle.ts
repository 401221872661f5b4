/** The words of the life cycle, shared by API, dashboard and command line. */

export const BUILD_STATUSES = ['queued', 'running', 'succeeded', 'partial', 'failed', 'cancelled'] as const;
/** `partial`: promoted in some clouds, not in all. */
export type BuildStatus = (typeof BUILD_STATUSES)[number];

export const STAGE_NAMES = ['build', 'upload', 'boot', 'test', 'promote', 'cleanup'] as const;
export type StageName = (typeof STAGE_NAMES)[number];

export const STAGE_STATUSES = ['pending', 'running', 'succeeded', 'failed', 'skipped', 'cancelled'] as const;
export type StageStatus = (typeof STAGE_STATUSES)[number];

export const CHECK_STATUSES = ['pass', 'fail', 'warn', 'skip'] as const;
export type CheckStatus = (typeof CHECK_STATUSES)[number];

/** candidate: uploaded and unproven; current: what users boot; retired: hidden, kept for rollback. */
export const IMAGE_STATES = ['candidate', 'current', 'retired', 'rejected', 'deleted'] as const;
export type ImageState = (typeof IMAGE_STATES)[number];

/** Whose fault a failure is: who can mend it. */
export const FAULTS = ['definition', 'cloud', 'host', 'image', 'us', 'user'] as const;
export type Fault = (typeof FAULTS)[number];

/** Why a build or a stage failed, in a form a person can act on. */
export interface Cause {
  /** Stable, SCREAMING_SNAKE_CASE; scripts may match it. */
  code: string;
  fault: Fault;
  stage: StageName;
  /** The cloud it happened in; absent for the build stage. */
  cloud?: string;
  /** One sentence: what happened, where. */
  message: string;
  /** One sentence: what to do. */
  advice: string;
  /** The log lines that matter, at most twenty. */
  lines?: string[];
}

/** Where a log line came from; `stdout` is all that disk-image-create prints, which joins its two streams itself. */
export const LOG_STREAMS = ['manager', 'stdout', 'console', 'agent'] as const;
export type LogStream = (typeof LOG_STREAMS)[number];

export interface LogLine {
  /** Line number in the build's log, from 1, without gaps. */
  n: number;
  /** Milliseconds since the epoch. */
  at: number;
  stage: StageName;
  /** Empty for the build stage, which belongs to no cloud. */
  cloud: string;
  stream: LogStream;
  text: string;
}

export function isFinal(status: BuildStatus): boolean {
  return status !== 'queued' && status !== 'running';
}
