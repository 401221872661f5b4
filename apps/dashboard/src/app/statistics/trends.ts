import type {
  EndedBuilds,
  StageName,
  StatisticsBucket,
  StatisticsFigures,
  StatisticsPoint,
  StatisticsView,
} from '@image-manager/contracts';

const DAY_MS = 24 * 60 * 60 * 1000;

export type TrendUnit = 'builds' | 'milliseconds' | 'bytes';

/** One chart's contents: several series over the same times. */
export interface Trend {
  /** First moments of the days, weeks or months, without a gap. */
  times: string[];
  unit: TrendUnit;
  series: TrendSeries[];
}

export interface TrendSeries {
  /** Status, stage or definition. */
  id: string;
  /** A value for each time; null where there is none. */
  values: (number | null)[];
  /** Of ten values that `values` is the median of, nine are no higher. */
  p90?: (number | null)[];
}

export const ENDS = ['succeeded', 'partial', 'failed', 'cancelled'] as const satisfies (keyof EndedBuilds)[];
const CHARTED_STAGES = [
  'build',
  'upload',
  'boot',
  'test',
  'promote',
  'cleanup',
] as const satisfies StageName[];

/** How many builds ended how. */
export function endsTrend(view: StatisticsView): Trend {
  const { times, at } = axisOf(view);
  const points = at(view.overall.points);
  return {
    times,
    unit: 'builds',
    series: ENDS.map((id) => ({ id, values: points.map((point) => point?.builds[id] ?? 0) })).filter(
      ({ values }) => values.some((value) => value > 0),
    ),
  };
}

/** The median duration of each stage. */
export function stagesTrend(view: StatisticsView): Trend {
  const { times, at } = axisOf(view);
  const points = at(view.overall.points);
  const spreadOf = (point: StatisticsPoint | undefined, id: StageName) =>
    point?.stages.find(({ stage }) => stage === id);
  return {
    times,
    unit: 'milliseconds',
    series: CHARTED_STAGES.map((id) => ({
      id,
      values: points.map((point) => spreadOf(point, id)?.median ?? null),
      p90: points.map((point) => spreadOf(point, id)?.p90 ?? null),
    })).filter(hasValues),
  };
}

/** The median of a figure, by definition. */
export function definitionsTrend(view: StatisticsView, figure: 'artifactBytes' | 'bootMs'): Trend {
  const { times, at } = axisOf(view);
  const spreadOf = (point: StatisticsFigures | undefined) => point?.[figure];
  return {
    times,
    unit: figure === 'bootMs' ? 'milliseconds' : 'bytes',
    series: view.definitions
      .map(({ distroId, points }) => {
        const own = at(points);
        return {
          id: distroId,
          values: own.map((point) => spreadOf(point)?.median ?? null),
          p90: own.map((point) => spreadOf(point)?.p90 ?? null),
        };
      })
      .filter(hasValues),
  };
}

function hasValues({ values }: TrendSeries): boolean {
  return values.some((value) => value !== null);
}

/** All times from the first point to the last, and a series' points at them. */
function axisOf({ bucket, overall }: StatisticsView) {
  const first = overall.points[0]?.at;
  const last = overall.points.at(-1)?.at;
  const times: string[] = [];
  if (first !== undefined && last !== undefined) {
    const end = Date.parse(last);
    for (let at = Date.parse(first); at <= end; at = next(bucket, at)) times.push(new Date(at).toISOString());
  }
  return {
    times,
    at: (points: readonly StatisticsPoint[]): (StatisticsPoint | undefined)[] => {
      const byTime = new Map(points.map((point) => [point.at, point]));
      return times.map((time) => byTime.get(time));
    },
  };
}

function next(bucket: StatisticsBucket, at: number): number {
  if (bucket === 'day') return at + DAY_MS;
  if (bucket === 'week') return at + 7 * DAY_MS;
  const date = new Date(at);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1);
}
