import { Injectable, Logger, type OnModuleDestroy } from '@nestjs/common';

const BEAT_MS = 1000;
/** Longer than a busy machine keeps a program waiting. */
const PAUSE_MS = 5000;

/**
 * Notices when this process did not run for a while: it was stopped (SIGSTOP, a debugger), or its machine was. Timers that came due
 * meanwhile say nothing about those who were to be in time.
 */
@Injectable()
export class Pauses implements OnModuleDestroy {
  private readonly logger = new Logger(Pauses.name);
  private lastBeat = performance.now();
  private resumedAt: number | undefined;
  private readonly timer = setInterval(() => {
    this.beat();
  }, BEAT_MS).unref();

  onModuleDestroy(): void {
    clearInterval(this.timer);
  }

  /** When the last pause was over, by `performance.now()`; undefined when there was none. */
  get lastEnd(): number | undefined {
    // Who asks may have been woken before the beat was.
    this.beat();
    return this.resumedAt;
  }

  private beat(): void {
    const now = performance.now();
    const missed = now - this.lastBeat - BEAT_MS;
    if (missed > PAUSE_MS) {
      this.resumedAt = now;
      this.logger.warn(`Image Manager did not run for ${Math.round(missed / 1000)} s; deadlines wait for it`);
    }
    this.lastBeat = now;
  }
}
