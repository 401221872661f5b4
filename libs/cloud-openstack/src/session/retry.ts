export interface RetryPolicy {
  /** How often a request is sent at most. */
  attempts: number;
  /** Pause after the first failure, in milliseconds; doubled after each further one. */
  pauseMs: number;
  /** Longest pause, also where a service asks for a longer one. */
  longestPauseMs: number;
  /** How long credentials that Keystone refused are not tried again; 0 if absent. */
  refusedMs?: number;
}

export const RETRY_POLICY: RetryPolicy = {
  attempts: 4,
  pauseMs: 500,
  longestPauseMs: 30_000,
  refusedMs: 30_000,
};

/** Statuses that mean "not now": the service did not do it, or may not have. */
const TRANSIENT = new Set([500, 502, 503, 504]);

/**
 * Whether a request that was answered so may be sent again.
 *
 * @param repeatable whether doing it twice is as good as doing it once.
 */
export function mayRetry(status: number, repeatable: boolean, retryAfter: string | undefined): boolean {
  // The service says itself that it has not begun.
  if (status === 429 || (status === 413 && retryAfter !== undefined)) return true;
  return repeatable && TRANSIENT.has(status);
}

/**
 * Milliseconds until the next try, with jitter, so that many clients do not come back at the same moment.
 *
 * @param attempt from 1: the one that failed.
 * @param retryAfter the header, in seconds or as a date.
 */
export function pauseBefore(policy: RetryPolicy, attempt: number, retryAfter: string | undefined): number {
  const asked = readRetryAfter(retryAfter);
  if (asked !== undefined) return Math.min(asked, policy.longestPauseMs);
  const full = Math.min(policy.pauseMs * 2 ** (attempt - 1), policy.longestPauseMs);
  return full * (0.75 + Math.random() / 4);
}

function readRetryAfter(value: string | undefined): number | undefined {
  if (value === undefined || value.trim() === '') return undefined;
  const seconds = Number(value);
  if (Number.isFinite(seconds)) return Math.max(0, seconds * 1000);
  const date = Date.parse(value);
  return Number.isNaN(date) ? undefined : Math.max(0, date - Date.now());
}
