import { Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { In, Repository } from 'typeorm';
import { BuildEntity, Ledger } from '../storage/index.js';
import { Undo } from './undo.service.js';

const EVERY_MS = 60_000;

/** Tries again what the cleanup of ended builds could not undo. */
@Injectable()
export class Reaper implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger(Reaper.name);
  private readonly stopped = new AbortController();
  private timer: NodeJS.Timeout | undefined;
  private reaping: Promise<void> = Promise.resolve();

  constructor(
    private readonly ledger: Ledger,
    private readonly undo: Undo,
    @InjectRepository(BuildEntity) private readonly builds: Repository<BuildEntity>,
  ) {}

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => {
      this.wake();
    }, EVERY_MS);
    this.wake();
  }

  async onApplicationShutdown(): Promise<void> {
    clearInterval(this.timer);
    this.stopped.abort();
    await this.reaping;
  }

  private wake(): void {
    this.reaping = this.reaping
      .then(() => this.reap())
      .catch((error: unknown) => {
        this.logger.error(error, 'the ledger could not be read');
      });
  }

  /** Only what belongs to builds that ended: a living build cleans up after itself. */
  async reap(): Promise<void> {
    const rows = await this.ledger.open();
    const buildIds = [...new Set(rows.map(({ buildId }) => buildId))];
    const living = await this.builds.findBy({ id: In(buildIds), status: In(['queued', 'running']) });
    for (const row of rows.reverse()) {
      if (this.stopped.signal.aborted) return;
      if (living.some(({ id }) => id === row.buildId)) continue;
      try {
        const result = await this.undo.undo(row, this.stopped.signal);
        this.logger.log(`build ${row.buildId}: ${row.kind} ${row.externalId ?? row.name} ${result}`);
      } catch (error) {
        this.logger.warn(
          error,
          `build ${row.buildId}: ${row.kind} ${row.externalId ?? row.name} could not be removed`,
        );
      }
    }
  }
}
