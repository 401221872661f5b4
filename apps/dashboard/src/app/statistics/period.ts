import type { StatisticsBucket } from '@image-manager/contracts';

const DAY_MS = 24 * 60 * 60 * 1000;

/** Periods up to now, by how many days they last. */
export const PERIODS = { '7d': 7, '30d': 30, '90d': 90, '1y': 365 } as const;
/** Before and behind them nothing was built, and the API reads no other years than those of four digits. */
const [FIRST_DAY, LAST_DAY] = ['1970-01-02', '9999-12-29'];
export type Period = keyof typeof PERIODS;

/** As the URL says it: one of the periods up to now, or days of a person's own, the last one included. */
export interface PeriodChoice {
  period?: Period | undefined;
  /** YYYY-MM-DD */
  from?: string | undefined;
  to?: string | undefined;
}

/** Instants, as the API asks for them: from inclusive, to exclusive; without both it is all of the time. */
export interface PeriodRange {
  from?: string;
  to?: string;
}

/** Days are those of the browser's time zone, as in the list of builds. A period holds today, and so many whole days before it. */
export function rangeOf({ period, from, to }: PeriodChoice, now: number): PeriodRange {
  if (period !== undefined) return { from: midnight(dayOf(now), -PERIODS[period]) };
  return {
    ...(from === undefined ? {} : { from: midnight(from) }),
    ...(to === undefined ? {} : { to: midnight(to, 1) }),
  };
}

/** When a day begins in the browser's time zone, or one so many days from it: not each has 24 hours. */
function midnight(day: string, offset = 0): string {
  const at = new Date(`${day}T00:00:00`);
  at.setDate(at.getDate() + offset);
  return at.toISOString();
}

/** So that a chart has some dozens of points. */
export function bucketOf({ from, to }: PeriodRange, now: number): StatisticsBucket {
  if (from === undefined) return 'week';
  const days = ((to === undefined ? now : Date.parse(to)) - Date.parse(from)) / DAY_MS;
  if (days <= 45) return 'day';
  return days <= 800 ? 'week' : 'month';
}

/** YYYY-MM-DD in the browser's time zone, `days` later or earlier. */
export function dayOf(at: number, days = 0): string {
  const date = new Date(at);
  date.setDate(date.getDate() + days);
  const [month, day] = [date.getMonth() + 1, date.getDate()].map((part) => String(part).padStart(2, '0'));
  return `${date.getFullYear()}-${month}-${day}`;
}

/** A calendar day that exists and that no time zone moves out of the years of four digits, or undefined. */
export function calendarDay(value: unknown): string | undefined {
  if (typeof value !== 'string' || !/^\d{4}-\d\d-\d\d$/.test(value)) return undefined;
  const at = Date.parse(value);
  if (Number.isNaN(at) || new Date(at).toISOString().slice(0, 10) !== value) return undefined;
  return value < FIRST_DAY || value > LAST_DAY ? undefined : value;
}

export function knownPeriod(value: unknown): Period | undefined {
  return (Object.keys(PERIODS) as Period[]).find((period) => period === value);
}
