import { Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { In, Repository } from 'typeorm';
import { isCloudError } from '@image-manager/cloud';
import { Clouds } from '../openstack/index.js';
import { BuildEntity, keptUntil, Ledger, type LedgerEntity } from '../storage/index.js';
import { ImageSwitch } from './images/image-switch.service.js';
import { Leaks } from './images/leaks.service.js';
import { Undo } from './undo.service.js';

const EVERY_MS = 60_000;

/** Looking through the clouds is dearer than looking through the ledger. */
const CLOUDS_EVERY = 5;

/** Tries again what the cleanup of ended builds could not undo, and looks for what nobody accounts for. */
@Injectable()
export class Reaper implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger(Reaper.name);
  private readonly stopped = new AbortController();
  private timer: NodeJS.Timeout | undefined;
  private reaping: Promise<void> = Promise.resolve();
  private waiting = false;
  private rounds = 0;

  constructor(
    private readonly ledger: Ledger,
    private readonly undo: Undo,
    private readonly switches: ImageSwitch,
    private readonly leaks: Leaks,
    private readonly clouds: Clouds,
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

  /** Something may be due before the minute is over. */
  wake(): void {
    // A round that has not begun yet will see it too: where a cloud hangs, rounds must not pile up.
    if (this.waiting) return;
    this.waiting = true;
    this.reaping = this.reaping
      .then(() => {
        this.waiting = false;
        return this.round();
      })
      .catch((error: unknown) => {
        this.logger.error(error, 'the ledger could not be read');
      });
  }

  private isStopped(): boolean {
    return this.stopped.signal.aborted;
  }

  private async round(): Promise<void> {
    await this.reap();
    await this.switches.recover();
    if (this.rounds % CLOUDS_EVERY === 0) await this.reapClouds();
    this.rounds += 1;
  }

  /** What bears our mark in a cloud and that a build left without the ledger's cleanup having got hold of it. */
  private async reapClouds(): Promise<void> {
    await Promise.all(this.clouds.names.map((cloud) => this.reapCloud(cloud)));
  }

  private async reapCloud(cloud: string): Promise<void> {
    if (this.isStopped()) return;
    try {
      for (const { id, removed, problem } of await this.leaks.reapDue(cloud, {
        signal: this.stopped.signal,
      })) {
        this.logger.log(`cloud ${cloud}: leak ${id} ${removed ? 'removed' : `stays: ${problem ?? ''}`}`);
      }
    } catch (error) {
      if (!this.isStopped()) this.logger.warn(error, `cloud ${cloud} could not be looked through for leaks`);
    }
  }

  /** Only what belongs to builds that ended: a living build cleans up after itself. */
  async reap(): Promise<void> {
    const rows = await this.ledger.open();
    const buildIds = [...new Set(rows.map(({ buildId }) => buildId))].filter((id) => id !== null);
    const living = await this.builds.findBy({ id: In(buildIds), status: In(['queued', 'running']) });
    const due = rows
      .reverse()
      .filter((row) => this.isThere(row) && !living.some(({ id }) => id === row.buildId) && !keptUntil(row));
    // Each cloud on its own: one that hangs must not keep the others' things.
    const clouds = [...new Set(due.map(({ cloud }) => cloud))];
    await Promise.all(clouds.map((cloud) => this.undoAll(due.filter((row) => row.cloud === cloud))));
  }

  /** What lies in a cloud that was taken out of the configuration waits until it is there again. */
  private isThere({ cloud }: LedgerEntity): boolean {
    return cloud === '' || this.clouds.names.includes(cloud);
  }

  private async undoAll(rows: readonly LedgerEntity[]): Promise<void> {
    for (const row of rows) {
      if (this.isStopped()) return;
      try {
        const result = await this.undo.undo(row, this.stopped.signal);
        this.logger.log(`build ${row.buildId}: ${row.kind} ${row.externalId ?? row.name} ${result}`);
      } catch (error) {
        this.logger.warn(
          error,
          `build ${row.buildId}: ${row.kind} ${row.externalId ?? row.name} could not be removed`,
        );
        // The rest would only wait for the same; the next round asks again.
        if (isCloudError(error, 'UNREACHABLE') || isCloudError(error, 'UNAUTHORIZED')) return;
      }
    }
  }
}
