import type { DefinitionProblem, DistroDefinition } from './distro.js';
import type {
  BuildStatus,
  Cause,
  CheckStatus,
  ImageState,
  LogLine,
  StageName,
  StageStatus,
} from './life-cycle.js';

/** Bodies of the REST API under `/api`. Times are ISO 8601 in UTC, sizes bytes, durations milliseconds. */

export interface Page<T> {
  items: T[];
  /** How many there are in all. */
  total: number;
  /** From 1. */
  page: number;
  pageSize: number;
}

/** GET /distros, GET /distros/:id */
export interface DistroView {
  id: string;
  /** Path of the file, relative to the definitions' folder. */
  file: string;
  /** Absent when the file is broken; then `problems` says why. */
  definition?: DistroDefinition;
  problems: DefinitionProblem[];
  endOfLife?: EndOfLifeView;
  lastBuild?: BuildSummary;
  /** The current image in each cloud that has one. */
  current: ImageView[];
}

export interface EndOfLifeView {
  /** The phase that holds today; `ended` after the last one. */
  phase: 'supported' | 'security' | 'lts' | 'extended' | 'ended';
  /** Last day of that phase (YYYY-MM-DD); absent when ended. */
  until?: string;
  daysLeft?: number;
  phases: { phase: string; until: string; over: boolean }[];
}

/** POST /builds */
export interface CreateBuild {
  distroId: string;
  /** Further packages for this build alone. */
  packages?: string[];
  /** Further arguments for disk-image-create, for this build alone. */
  dibArguments?: string[];
  /** Take the artifact of an earlier build of the same definition instead of building anew; its checksum is verified. */
  artifactOf?: number;
}

/** An item of GET /builds */
export interface BuildSummary {
  id: number;
  distroId: string;
  status: BuildStatus;
  createdAt: string;
  startedAt?: string;
  finishedAt?: string;
  /** The stage that runs now. */
  stage?: StageName;
  /** 0 to 1, of the running stage. */
  progress?: number;
  cause?: Cause;
  clouds: string[];
  /** Set on a retry. */
  retryOf?: number;
  artifactOf?: number;
}

/** GET /builds/:id, POST /builds, POST /builds/:id/cancel, POST /builds/:id/retry */
export interface BuildView extends BuildSummary {
  packages: string[];
  dibArguments: string[];
  definitionDigest: string;
  stages: StageView[];
  checks: CheckView[];
  artifact?: ArtifactView;
  images: ImageView[];
  /** What the agent found installed; filled once it reported. */
  packageCount?: number;
  timing?: BootTiming;
  logLines: number;
  canCancel: boolean;
  canRetry: boolean;
}

export interface BootTiming {
  kernelMs: number;
  initrdMs: number;
  userspaceMs: number;
  cloudInitMs: number;
  untilReportMs: number;
}

export interface StageView {
  stage: StageName;
  cloud: string;
  status: StageStatus;
  startedAt?: string;
  finishedAt?: string;
  durationMs?: number;
  deadlineAt?: string;
  progress?: number;
  activity?: string;
  cause?: Cause;
}

export interface CheckView {
  cloud: string;
  name: string;
  status: CheckStatus;
  required: boolean;
  reason: string;
  figure?: string;
  unit?: string;
  durationMs: number;
}

export interface ArtifactView {
  fileName: string;
  sizeBytes: number;
  virtualSizeBytes: number;
  sha512: string;
}

/** GET /clouds/:name/images */
export interface ImageView {
  id: string;
  cloud: string;
  name: string;
  /** Absent for foreign images. */
  state?: ImageState;
  /** False: not made by this installation; shown, never touched. */
  ours: boolean;
  distroId?: string;
  buildId?: number;
  status: string;
  hidden: boolean;
  protected: boolean;
  visibility: string;
  diskFormat: string;
  sizeBytes?: number;
  checksum?: { algorithm: string; value: string };
  minDiskGb: number;
  minMemoryMb: number;
  properties: Record<string, string>;
  createdAt: string;
}

/** GET /clouds */
export interface CloudView {
  name: string;
  kind: 'local' | 'openstack';
  reachable: boolean;
  problem?: { code: string; message: string; advice: string };
  details: Record<string, string>;
  flavor?: { name: string; vcpus: number; memoryMb: number; diskGb: number };
  /** Servers of this installation that exist now. */
  servers: { id: string; name: string; status: string; buildId?: number; createdAt: string }[];
}

/** GET /builds/:id/log?from=&limit=&stage=&cloud= */
export interface LogPage {
  lines: LogLine[];
  /** Lines in the whole log. */
  total: number;
  /** Line number to ask for next; absent at the end. */
  nextFrom?: number;
}

/** GET /health, without credentials */
export interface HealthView {
  status: 'ok' | 'stopping';
  version: string;
  uptimeMs: number;
}
