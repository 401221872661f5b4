import type { LogBatch, LogLine } from '@image-manager/contracts';
import type { LogReader } from '../storage/index.js';

const BACKLOG_LINES = 1000;

/** The part of a socket that a subscription needs. */
export interface Watcher {
  readonly connected: boolean;
  emitLog(batch: LogBatch): void;
  /** Resolves when the connection takes more; a slow watcher must not fill our memory. */
  drained(): Promise<void>;
}

/**
 * Brings one watcher the lines of one build from a number on: what is stored, then what comes, in order, each once. New
 * lines are only a hint to read on, so that backlog and live lines cannot overlap or leave a gap.
 */
export class LogSubscription {
  private next: number;
  private pumping: Promise<void> | undefined;
  private again = false;
  private closed = false;

  constructor(
    readonly buildId: number,
    fromLine: number,
    private readonly log: LogReader,
    private readonly watcher: Watcher,
    private readonly failed: (error: unknown) => void,
  ) {
    this.next = fromLine;
  }

  /** Resolves when it reads no more: a watcher who subscribes again and again must not pile up reads. */
  async close(): Promise<void> {
    this.closed = true;
    await this.pumping;
  }

  /** Lines were committed; `batch` saves a read when it is just what is wanted. */
  advance(batch?: LogLine[]): void {
    if (this.pumping) {
      this.again = true;
      return;
    }
    this.pumping = this.pump(batch)
      .catch(this.failed)
      .finally(() => {
        this.pumping = undefined;
        if (this.again && !this.closed) {
          this.again = false;
          this.advance();
        }
      });
  }

  private async pump(batch: LogLine[] | undefined): Promise<void> {
    if (batch?.[0]?.n === this.next) {
      this.send(batch);
      await this.watcher.drained();
    }
    while (!this.closed && this.watcher.connected) {
      const lines = await this.log.lines(this.buildId, this.next, BACKLOG_LINES);
      if (lines.length === 0) return;
      this.send(lines);
      await this.watcher.drained();
    }
  }

  private send(lines: LogLine[]): void {
    const last = lines.at(-1);
    if (!last || this.closed) return;
    this.watcher.emitLog({ buildId: this.buildId, lines });
    this.next = last.n + 1;
  }
}
