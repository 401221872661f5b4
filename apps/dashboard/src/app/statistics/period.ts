import type { StatisticsBucket } from '@image-manager/contracts';

const DAY_MS = 24 * 60 * 60 * 1000;

/** Periods up to now, by how many days they last. */
export const PERIODS = { '7d': 7, '30d': 30, '90d': 90, '1y': 365 } as const;
export type Period = keyof typeof PERIODS;

/** As the URL says it: one of the periods up to now, or days of a person's own, the last one included. */
export interface PeriodChoice {
  period?: Period | undefined;
  /** YYYY-MM-DD */
  from?: string | undefined;
  to?: string | undefined;
}

/** As the API asks for it: from inclusive, to exclusive; without both it is all of the time. */
export interface PeriodRange {
  from?: string;
  to?: string;
}

/** Days are those of UTC, as in the statistics. A period holds today, and so many whole days before it. */
export function rangeOf({ period, from, to }: PeriodChoice, now: number): PeriodRange {
  if (period !== undefined) return { from: dayOf(now - PERIODS[period] * DAY_MS) };
  return {
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { to: dayOf(Date.parse(to) + DAY_MS) }),
  };
}

/** So that a chart has some dozens of points. */
export function bucketOf({ from, to }: PeriodRange, now: number): StatisticsBucket {
  if (from === undefined) return 'week';
  const days = ((to === undefined ? now : Date.parse(to)) - Date.parse(from)) / DAY_MS;
  if (days <= 45) return 'day';
  return days <= 800 ? 'week' : 'month';
}

/** YYYY-MM-DD */
export function dayOf(at: number): string {
  return new Date(at).toISOString().slice(0, 10);
}

/** A calendar day that exists, or undefined. */
export function calendarDay(value: unknown): string | undefined {
  if (typeof value !== 'string' || !/^\d{4}-\d\d-\d\d$/.test(value)) return undefined;
  const at = Date.parse(value);
  return Number.isNaN(at) || dayOf(at) !== value ? undefined : value;
}

export function knownPeriod(value: unknown): Period | undefined {
  return (Object.keys(PERIODS) as Period[]).find((period) => period === value);
}
