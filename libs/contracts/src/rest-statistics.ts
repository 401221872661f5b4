import type { StageName } from './life-cycle.js';

/** Bodies of the REST API under `/api`, statistics. Units as in rest.ts. */

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
