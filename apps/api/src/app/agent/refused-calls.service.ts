import { Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';

/** Why a call was refused; the caller learns less. */
export type RefusalReason =
  | 'no token'
  | 'wrong token'
  | 'expired token'
  | 'used token'
  | 'withdrawn token'
  | 'contested token'
  | 'second agent'
  | 'other agent'
  | 'bad field'
  | 'too many findings'
  | 'too many streams'
  /** gRPC itself has refused the message (too large, undecodable), or the caller hung up. */
  | 'no whole message';

const EVERY_MS = 60_000;

/**
 * Counts refused calls and logs them: the first at once, those that follow within a minute in one line, so that a flood
 * does not fill the log. Knows nothing of tokens.
 */
@Injectable()
export class RefusedCalls implements OnApplicationShutdown {
  private readonly logger = new Logger(RefusedCalls.name);
  private readonly totals = new Map<string, number>();
  private fresh = new Map<string, number>();
  private timer: NodeJS.Timeout | undefined;

  count(call: string, reason: RefusalReason): void {
    const what = `${call}: ${reason}`;
    this.totals.set(what, (this.totals.get(what) ?? 0) + 1);
    this.fresh.set(what, (this.fresh.get(what) ?? 0) + 1);
    if (this.timer === undefined) this.tell();
  }

  /** Since the process began, by call and reason. */
  get counts(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.totals);
  }

  onApplicationShutdown(): void {
    this.tell();
    clearTimeout(this.timer);
  }

  private tell(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    if (this.fresh.size === 0) return;
    const total = [...this.fresh.values()].reduce((sum, count) => sum + count, 0);
    const refused = Object.fromEntries(this.fresh);
    this.fresh = new Map();
    this.logger.warn(
      { refused },
      total === 1 ? 'refused a call of an agent' : `refused ${total} calls of agents`,
    );
    this.timer = setTimeout(() => {
      this.tell();
    }, EVERY_MS);
    this.timer.unref();
  }
}
