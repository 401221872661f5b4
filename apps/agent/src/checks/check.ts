import type { Expectations__Output, Package, Timing } from '@image-manager/agent-contract';
import type { CheckStatus } from '@image-manager/contracts';
import type { Host } from '../host.js';
import type { Log } from '../log.js';
import type { ServerFacts } from '../settings/datasource.js';

/** What a check found out. */
export interface Verdict {
  status: CheckStatus;
  /** One sentence for a person. */
  reason: string;
  /** What was measured, without its unit. */
  figure?: string;
  unit?: string;
  /** Filled by packages.list. */
  packages?: Package[];
  /** Filled by timing.boot. */
  timing?: Timing;
}

/** How the manager was reached, or was not. */
export type ManagerReached =
  | {
      reached: true;
      address: string;
      roundTripMs: number;
      /** Our clock minus the manager's. */ clockOffsetMs: number;
    }
  | { reached: false; address: string; problem: string };

/** What a check has to work with. */
export interface CheckContext {
  host: Host;
  /** Undefined where the manager could not be asked: checks that compare with it then skip. */
  expectations?: Expectations__Output;
  server: ServerFacts;
  manager: ManagerReached;
  /** Milliseconds that checks may wait for the boot to end. */
  settleLimitMs: number;
  log: Log;
  /** Fires at the check's time limit. */
  signal: AbortSignal;
}

export interface CheckDefinition {
  /** Stable; definitions name it as required. */
  name: string;
  /**
   * Milliseconds; a check that takes longer has failed. Generous: reading a few files took 7 s in an emulated server on a
   * busy machine. Counted on top of the wait where `waits` is set.
   */
  limitMs: number;
  /**
   * at-once: does not depend on the boot's end. waits: waits for the boot's end itself. after-boot: runs when those that
   * wait are done.
   */
  when: 'at-once' | 'waits' | 'after-boot';
  run(context: CheckContext): Promise<Verdict>;
}

export const UNKNOWN_EXPECTATIONS: Verdict = {
  status: 'skip',
  reason: 'the manager could not be asked what the definition expects',
};

/** The middle of a long list would hide its beginning from the reader: the first few and how many more. */
export function someOf(items: readonly string[], most = 5): string {
  const rest = items.length - most;
  return items.slice(0, most).join(', ') + (rest > 0 ? ` and ${rest} more` : '');
}

/** The first line that says something, for a reason. */
export function firstLine(text: string): string {
  return (
    text
      .split('\n')
      .find((line) => line.trim() !== '')
      ?.trim()
      .slice(0, 300) ?? ''
  );
}
