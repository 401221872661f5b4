import type { DefinitionProblem, DistroDefinition } from './distro.js';
import type { BuildStatus, Cause, CheckStatus, StageName, StageStatus } from './life-cycle.js';
import type { ImageView } from './rest-images.js';

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
  phases: { phase: Exclude<EndOfLifeView['phase'], 'ended'>; until: string; over: boolean }[];
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
  /** Only these of the definition's clouds. */
  clouds?: string[];
  /** Instead of the definition's: how long the test server stays if the build fails. */
  keepFailedServerMinutes?: number;
}

/** PUT /builds/:id/keep-server */
export interface KeepServer {
  /** From now on, instead of what the build was made with; 0: not at all. */
  keepFailedServerMinutes: number;
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
  /** Of the artifact; known also when the file is long gone. */
  artifactBytes?: number;
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
  /** How long its test servers stay for a look inside if it fails; 0: not at all. */
  keepFailedServerMinutes: number;
  /** That can still be changed, with PUT /builds/:id/keep-server. */
  canKeepServer: boolean;
  /** Servers that stay for a look inside; POST /builds/:id/release-server ends that. */
  keptServers: KeptServerView[];
}

export interface KeptServerView {
  cloud: string;
  /** Absent when the cloud is not configured any more. */
  kind?: CloudName['kind'];
  id: string;
  keptUntil: string;
  /** Where it can be reached from outside, as far as its cloud said. */
  addresses: string[];
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

export const LEAK_KINDS = ['server', 'image', 'port'] as const;
export type LeakKind = (typeof LEAK_KINDS)[number];

/** Why something counts as leaked. */
export const LEAK_REASONS = [
  /** The database knows no such build: only reported. */
  'BUILD_UNKNOWN',
  /** The build is over, and the ledger has no word of it: only reported. */
  'NOT_IN_LEDGER',
  /** The build is over, but users may know the image: only reported. */
  'USERS_MAY_KNOW',
  'BUILD_OVER',
  /** The build is over, and an earlier try to remove it failed. */
  'REMOVAL_FAILED',
  /** The server of a port is deleted, and the cloud left the port. */
  'SERVER_GONE',
  /** Its record in the local cloud is damaged: nobody can tell what it is. An image is only reported. */
  'UNREADABLE',
] as const;
export type LeakReason = (typeof LEAK_REASONS)[number];

/** An item of GET /clouds/:name/leaks: something that bears our mark and that no living build owns. */
export interface LeakView {
  kind: LeakKind;
  id: string;
  name: string;
  status: string;
  buildId?: number;
  createdAt: string;
  ageMs: number;
  /** The ledger has a row for it; without one it is only reported. */
  known: boolean;
  /** When the reaper will remove it by itself; absent when it never will. */
  removeAt?: string;
  code: LeakReason;
  /** The code in words, with particulars. */
  reason: string;
  /** Why the last try to remove it failed, or why it cannot be read and where to look. */
  problem?: string;
}

/** POST /clouds/:name/leaks/reap */
export interface ReapLeaks {
  ids: string[];
}

/** What became of each. */
export interface ReapResult {
  id: string;
  removed: boolean;
  problem?: string;
}

/** What is known of how servers of the local cloud run. */
export const ACCELERATOR_FINDINGS = [
  /** They are emulated because it is configured so. */
  'CONFIGURED',
  /** They are emulated because this process may not open /dev/kvm, or it is not there. */
  'KVM_CLOSED',
  /** /dev/kvm opens, and no guest has been booted under it yet. */
  'NOT_PROBED',
  /** The guest reaches user space under KVM, so it runs there. */
  'KVM_BOOTS',
  /** The guest does not, so it is emulated. */
  'KVM_FAILS',
] as const;

export interface AcceleratorFinding {
  code: (typeof ACCELERATOR_FINDINGS)[number];
  /** Whom a probe's answer holds for, such as `debian 12`. */
  guest?: string;
  /** What QEMU or the probe said. */
  reason?: string;
}

export type QuotaResource = 'servers' | 'cores' | 'memoryMb' | 'images' | 'imageBytes';

/** GET /cloud-names */
export interface CloudName {
  name: string;
  kind: 'local' | 'openstack';
}

/** GET /clouds, and GET /clouds/:name for one */
export interface CloudView extends CloudName {
  reachable: boolean;
  /** As far as this process has looked; absent when it is reachable. */
  unreachableSince?: string;
  problem?: { code: string; message: string; advice: string };
  details: Record<string, string>;
  /** Of a local cloud. */
  accelerators?: AcceleratorFinding[];
  flavor?: { name: string; vcpus: number; memoryMb: number; diskGb: number };
  /** Without a limit where the cloud sets none; empty where it knows no quotas. */
  quota: { resource: QuotaResource; used: number; limit?: number }[];
  /** Servers of this installation that exist now. */
  servers: ServerView[];
}

export interface ServerView {
  id: string;
  name: string;
  status: string;
  buildId?: number;
  createdAt: string;
  /** A failed build's server that stays for a look inside until then. */
  keptUntil?: string;
}

/** GET /health, without credentials */
export interface HealthView {
  status: 'ok' | 'stopping';
  /** What keeps builds from going on, such as HOST_NO_SPACE; the log says more. */
  problem?: { code: string; since: string };
  version: string;
  uptimeMs: number;
}
