import type { StatisticsBucket } from '@image-manager/contracts';

const DAY_MS = 24 * 60 * 60 * 1000;

/** The first moment of the day, week or month that a time lies in; UTC, weeks from Monday. */
export function bucketStart(bucket: StatisticsBucket, at: Date): number {
  const [year, month] = [at.getUTCFullYear(), at.getUTCMonth()];
  if (bucket === 'month') return Date.UTC(year, month);
  const day = Date.UTC(year, month, at.getUTCDate());
  return bucket === 'day' ? day : day - ((at.getUTCDay() + 6) % 7) * DAY_MS;
}
