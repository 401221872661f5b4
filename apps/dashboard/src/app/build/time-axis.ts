const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** Distances that a person reads without working them out; milliseconds. */
const STEPS = [
  ...[1, 2, 5, 10, 15, 30].map((count) => count * SECOND),
  ...[1, 2, 5, 10, 15, 30].map((count) => count * MINUTE),
  ...[1, 2, 3, 6, 12, 24].map((count) => count * HOUR),
];

export interface Tick {
  /** Milliseconds since the beginning. */
  at: number;
  /** Place on the axis, in percent. */
  left: number;
}

/** At most `most` marks behind the beginning of an axis that is so many milliseconds long; the last stands clear of the end. */
export function ticksOf(length: number, most = 3): Tick[] {
  const step =
    STEPS.find((one) => length / one <= most + 1) ?? 24 * HOUR * Math.ceil(length / (most * 24 * HOUR));
  const ticks: Tick[] = [];
  for (let at = step; at < length * 0.95; at += step) ticks.push({ at, left: (at / length) * 100 });
  return ticks.slice(0, most);
}
