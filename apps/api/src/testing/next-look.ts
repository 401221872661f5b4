import { setTimeout as sleep } from 'node:timers/promises';

const LEAST_MS = 5;
const MOST_MS = 250;

/**
 * Waits before the next look at what is waited for: a tenth of the time since then, so that what comes soon is seen at once,
 * and what takes long is not slowed down by being looked at.
 *
 * @param begin as `performance.now()` gives it.
 */
export async function nextLook(begin: number): Promise<void> {
  const waited = performance.now() - begin;
  await sleep(Math.min(MOST_MS, Math.max(LEAST_MS, waited / 10)));
}
