import { setTimeout as delay } from 'node:timers/promises';

/** @throws AbortError when the signal fires first. */
export async function pause(ms: number, signal?: AbortSignal): Promise<void> {
  await delay(ms, undefined, signal ? { signal } : {});
}

export interface Backoff {
  /** Milliseconds; doubles with each try. */
  firstMs: number;
  maxMs: number;
}

/** Delay before try `attempt` (from 1): exponential, with up to half of it taken off at random so that a crowd spreads. */
export function backoffDelay(attempt: number, { firstMs, maxMs }: Backoff): number {
  const full = Math.min(maxMs, firstMs * 2 ** (attempt - 1));
  return Math.round(full * (0.5 + Math.random() / 2));
}
