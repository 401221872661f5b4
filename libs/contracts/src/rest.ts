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
  /** Servers that stay for a look inside; POST /builds/:id/release-server ends that. */
  keptServers: KeptServerView[];
}

export interface KeptServerView {
  cloud: string;
  id: string;
  keptUntil: string;
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

/** POST /clouds/:name/images/:id/adopt: a foreign image becomes a retired one of this definition. */
export interface AdoptImage {
  distroId: string;
}

export const RETENTION_CODES = [
  'CURRENT',
  'CANDIDATE',
  'WITHIN_COUNT',
  'WITHIN_AGE',
  'VISIBLE',
  'IN_USE',
  'USE_UNSEEN',
  'PROTECTED',
  'FOREIGN',
  'EXPIRED',
  'REJECTED',
] as const;
export type RetentionCode = (typeof RETENTION_CODES)[number];

/** An item of GET /clouds/:name/retention (what would go) and of POST /clouds/:name/retention (what went). */
export interface RetentionItem {
  image: ImageView;
  verdict: 'keep' | 'delete';
  code: RetentionCode;
  reason: string;
  /** Of a POST: why an image that should have gone is still there. */
  problem?: string;
}

/** POST /clouds/:name/retention */
export interface ApplyRetention {
  /** Of what the plan says, only these: those that a person has seen and agreed to. All of it if absent. */
  imageIds?: string[];
}

export const LEAK_KINDS = ['server', 'image', 'port'] as const;
export type LeakKind = (typeof LEAK_KINDS)[number];

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
  reason: string;
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
  /** What keeps builds from going on, such as HOST_NO_SPACE; the log says more. */
  problem?: { code: string; since: string };
  version: string;
  uptimeMs: number;
}

/** GET /builds/:id/log/search?q=&regex=&caseSensitive=&stage=&cloud=&from= */
export interface LogSearchResult {
  /** How many lines match, also those that `matches` leaves out. */
  total: number;
  /** `matches` holds the first ones only. */
  truncated: boolean;
  /** Lines that match, by number. */
  matches: LogMatch[];
  /** Last line that was looked at; the search of a log that grows goes on with `from` one higher. */
  searchedTo: number;
}

export interface LogMatch {
  n: number;
  /** [start, end) in UTF-16 units of the line's text without its control sequences (colours), as a person sees it. */
  ranges: number[][];
}

/** GET /builds/:id/log/marks: where a viewer jumps to. */
export interface LogMarks {
  /** The first line of each stage and cloud, by line number. */
  stages: LogMark[];
  /** The line that tells why the build failed. */
  firstError?: number;
  /** Lines in the whole log. */
  total: number;
}

export interface LogMark {
  stage: StageName;
  /** Empty for what happens on the build host. */
  cloud: string;
  line: number;
}

/** An item of GET /builds/:id/packages: what the agent found installed in the server of one cloud. */
export interface PackageList {
  cloud: string;
  kernelRelease: string;
  packages: PackageView[];
}

export interface PackageView {
  name: string;
  version: string;
  architecture: string;
}

/** GET /builds/:id/package-difference?cloud=&against= */
export interface PackageDifference {
  cloud: string;
  /** The build it is compared with; null when there was no image before, or its packages are not known. */
  against: number | null;
  added: PackageView[];
  removed: PackageView[];
  changed: PackageChange[];
  /** How many are the same in both. */
  same: number;
}

export interface PackageChange {
  name: string;
  architecture: string;
  from: string;
  to: string;
}

/** GET /clouds/:name/images/:id/usage */
export interface ImageUsage {
  servers: number;
  volumes: number;
  /** False: there may be users that these credentials do not see. */
  seesAllProjects: boolean;
  /** Why not all can be seen. */
  unseen?: string;
}

export const DELETION_CODES = [
  'FOREIGN',
  'CURRENT',
  'CANDIDATE',
  'VISIBLE',
  'PROTECTED',
  'IN_USE',
  'USE_UNSEEN',
  'LAST_ROLLBACK_TARGET',
] as const;
export type DeletionCode = (typeof DELETION_CODES)[number];

/** GET /clouds/:name/images/:id/deletion: whether DELETE /clouds/:name/images/:id would be done, and what it costs. */
export interface ImageDeletion {
  allowed: boolean;
  /** Why it is refused; empty when it is allowed. */
  reasons: DeletionRemark[];
  /** What is lost with it; does not keep it from being deleted. */
  consequences: DeletionRemark[];
  usage: ImageUsage;
}

export interface DeletionRemark {
  code: DeletionCode;
  message: string;
}

export const STATISTICS_BUCKETS = ['day', 'week', 'month'] as const;
export type StatisticsBucket = (typeof STATISTICS_BUCKETS)[number];

/** GET /statistics?distroId=&cloud=&from=&to=&bucket=: figures of builds that ended, by when they were created. */
export interface StatisticsView {
  /** How long the time is that a point stands for; weeks begin on Monday, days and months too are those of UTC. */
  bucket: StatisticsBucket;
  /** What was looked at; from inclusive, to exclusive. */
  from: string;
  to: string;
  /** Of all definitions together. */
  overall: StatisticsSeries;
  /** By definition; those that have builds in the period alone. */
  definitions: DefinitionStatistics[];
}

export interface StatisticsSeries {
  /** Of the whole period. */
  total: StatisticsFigures;
  /** Oldest first; times without a build that ended have no point. */
  points: StatisticsPoint[];
}

export interface DefinitionStatistics extends StatisticsSeries {
  distroId: string;
}

export interface StatisticsPoint extends StatisticsFigures {
  /** The first moment of the day, week or month. */
  at: string;
}

export interface StatisticsFigures {
  builds: EndedBuilds;
  /** Succeeded ones among those that were not cancelled, 0 to 1; absent where there are none. */
  successRate?: number;
  /** In the order of the life cycle, those that succeeded somewhere; a stage counts once for each cloud. */
  stages: StageSpread[];
  /** From the kernel's start to the end of systemd's start, in milliseconds, by server. */
  bootMs?: Spread;
  /** Size of the artifact. */
  artifactBytes?: Spread;
}

export interface EndedBuilds {
  succeeded: number;
  partial: number;
  failed: number;
  cancelled: number;
}

export interface Spread {
  median: number;
  /** Nine of ten are no higher. */
  p90: number;
  /** How many there were. */
  count: number;
}

/** Milliseconds. */
export interface StageSpread extends Spread {
  stage: StageName;
}
