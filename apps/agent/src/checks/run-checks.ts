import type { Package, Timing } from '@image-manager/agent-contract';
import type { CheckStatus } from '@image-manager/contracts';
import { messageOf } from '../log.js';
import type { CheckContext, CheckDefinition, Verdict } from './check.js';

/** A check that is done. */
export interface CheckResult {
  name: string;
  status: CheckStatus;
  reason: string;
  figure: string;
  unit: string;
  durationMs: number;
}

export interface CheckRun {
  /** In the registry's order. */
  results: CheckResult[];
  packages: Package[];
  timing?: Timing;
}

export interface RunOptions {
  /** Milliseconds for all checks together. */
  deadlineMs: number;
  onResult: (result: CheckResult) => void;
  signal?: AbortSignal;
}

/** More at once only slows a small emulated server down, and lets checks run into their limits. */
const AT_A_TIME = 4;
/** Of the deadline, what is kept for the checks that come after the boot. */
const AFTER_BOOT_SHARE = 0.3;

/**
 * Runs every check once, within the deadline: a check that exceeds its limit, throws, or finds no time left has failed and
 * says so. Never rejects.
 */
export async function runChecks(
  checks: readonly CheckDefinition[],
  context: Omit<CheckContext, 'signal' | 'settleLimitMs'>,
  { deadlineMs, onResult, signal }: RunOptions,
): Promise<CheckRun> {
  const deadline = AbortSignal.timeout(deadlineMs);
  const overall = signal ? AbortSignal.any([deadline, signal]) : deadline;
  const settleLimitMs = Math.round(deadlineMs * (1 - AFTER_BOOT_SHARE));
  const done = new Map<string, CheckResult>();
  const run: CheckRun = { results: [], packages: [] };

  const perform = async (check: CheckDefinition): Promise<void> => {
    const started = performance.now();
    const limitMs = check.limitMs + (check.when === 'waits' ? settleLimitMs : 0);
    const verdict = await judge(check, limitMs, overall, { ...context, settleLimitMs });
    const { status, reason, figure = '', unit = '', packages, timing } = verdict;
    if (packages) run.packages = packages;
    if (timing) run.timing = timing;
    const result = {
      name: check.name,
      status,
      reason,
      figure,
      unit,
      durationMs: Math.round(performance.now() - started),
    };
    done.set(check.name, result);
    onResult(result);
  };

  const at = (when: CheckDefinition['when']) => checks.filter((check) => check.when === when);
  await Promise.all([...at('waits').map(perform), inPool(at('at-once'), perform)]);
  await inPool(at('after-boot'), perform);
  run.results = checks.flatMap((check) => done.get(check.name) ?? []);
  return run;
}

async function judge(
  check: CheckDefinition,
  limitMs: number,
  overall: AbortSignal,
  context: Omit<CheckContext, 'signal'>,
): Promise<Verdict> {
  if (overall.aborted) return { status: 'fail', reason: 'no time was left for it' };
  const own = AbortSignal.timeout(limitMs);
  const signal = AbortSignal.any([own, overall]);
  // Not every check can be interrupted; the race ends the wait for those too.
  const { promise: limit, reject } = Promise.withResolvers<never>();
  const onAbort = () => {
    reject(
      new Error(own.aborted ? `not done within ${limitMs / 1000} s` : 'the deadline for all checks ended it'),
    );
  };
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    return await Promise.race([check.run({ ...context, signal }), limit]);
  } catch (error) {
    if (signal.aborted) return { status: 'fail', reason: await limit.catch(messageOf) };
    return { status: 'fail', reason: `the check itself failed: ${messageOf(error)}` };
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}

async function inPool<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const queue = [...items];
  const worker = async (): Promise<void> => {
    for (let item = queue.shift(); item !== undefined; item = queue.shift()) await work(item);
  };
  await Promise.all(Array.from({ length: AT_A_TIME }, worker));
}
