export interface RetainableImage {
  id: string;
  retiredAt: Date;
}

export interface RetentionPolicy {
  /** How many retired images stay, however old. */
  keep: number;
  /** Beyond `keep`, a retired image goes once it is this old. */
  maxAgeDays: number;
}

const DAY_MS = 24 * 3600 * 1000;

/** Ids of the retired images whose time is over, oldest first. */
export function expiredImages(
  retired: readonly RetainableImage[],
  policy: RetentionPolicy,
  now: Date,
): string[] {
  return [...retired]
    .sort((a, b) => b.retiredAt.getTime() - a.retiredAt.getTime())
    .slice(policy.keep)
    .filter(({ retiredAt }) => now.getTime() - retiredAt.getTime() > policy.maxAgeDays * DAY_MS)
    .map(({ id }) => id)
    .reverse();
}
