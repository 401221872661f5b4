import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { In, Not, Repository } from 'typeorm';
import { AppConfig } from '../config/index.js';
import { databaseTroubleOf } from '../errors/index.js';
import { BuildEntity, WritableDatabase } from '../storage/index.js';
import { ArtifactShelf } from './artifact-shelf.service.js';
import { BuildExecution } from './build-execution.service.js';
import { Interruption } from './interruption.js';

/** How long to wait before a build whose execution broke off is carried on with. */
const RETRY_MS = 10_000;

interface Running {
  distroId: string;
  cancel: AbortController;
  done: Promise<void>;
}

/** Runs queued builds, oldest first: one per definition at a time, and no more than MAX_CONCURRENT_BUILDS. */
@Injectable()
export class BuildQueue implements OnApplicationBootstrap {
  private readonly logger = new Logger(BuildQueue.name);
  private readonly running = new Map<number, Running>();
  private readonly handover = new AbortController();
  /** False once the process is about to end: what is queued then is the next start's. */
  private accepting = true;
  private ticking: Promise<void> = Promise.resolve();

  constructor(
    private readonly config: AppConfig,
    private readonly execution: BuildExecution,
    private readonly shelf: ArtifactShelf,
    private readonly database: WritableDatabase,
    @InjectRepository(BuildEntity) private readonly builds: Repository<BuildEntity>,
  ) {}

  /** Builds that an earlier process was in the middle of are carried on with first. */
  async onApplicationBootstrap(): Promise<void> {
    await this.shelf.sweep();
    const interrupted = await this.builds.find({ where: { status: 'running' }, order: { id: 'ASC' } });
    for (const build of interrupted) {
      this.logger.log(`carrying on with build ${build.id}`);
      this.launch(build);
    }
    this.wake();
  }

  /** A build was queued or has ended. */
  wake(): void {
    this.ticking = this.ticking
      .then(() => this.tick())
      .catch((error: unknown) => {
        this.logger.error(error, 'the queue could not be read');
      });
  }

  /** @returns false when the build is not running here. */
  cancel(buildId: number): boolean {
    const running = this.running.get(buildId);
    running?.cancel.abort(new Interruption('cancel'));
    return running !== undefined;
  }

  /** False once this process is about to end. */
  get open(): boolean {
    return this.accepting;
  }

  /** Ctrl-C: cancels what runs and waits until it is cleaned up. */
  async cancelAll(): Promise<void> {
    this.accepting = false;
    const open = [...this.running.entries()];
    for (const [buildId] of open) {
      await this.builds.update({ id: buildId }, { cancelRequestedAt: new Date() });
      this.cancel(buildId);
    }
    await Promise.all(open.map(([, { done }]) => done));
  }

  /** Starts nothing more and leaves what runs to the next start. */
  async drain(): Promise<void> {
    this.accepting = false;
    const handover = new Interruption('handover');
    this.handover.abort(handover);
    this.database.giveUp(handover);
    await this.ticking;
    await Promise.all([...this.running.values()].map(({ done }) => done));
  }

  get runningIds(): number[] {
    return [...this.running.keys()];
  }

  private async tick(): Promise<void> {
    for (const id of await this.nextIds()) {
      if (!this.accepting || this.running.size >= this.config.maxConcurrentBuilds) return;
      const build = await this.builds.findOneBy({ id, status: 'queued' });
      if (build) this.launch(build);
    }
  }

  /** The oldest build of each definition that none runs of. */
  private async nextIds(): Promise<number[]> {
    const busy = [...this.running.values()].map(({ distroId }) => distroId);
    const rows = await this.builds
      .createQueryBuilder('build')
      .select('MIN(build.id)', 'id')
      .where({ status: 'queued', distroId: Not(In(busy)) })
      .groupBy('build.distroId')
      .orderBy('id')
      .getRawMany<{ id: number }>();
    return rows.map(({ id }) => id);
  }

  private launch(build: BuildEntity): void {
    const cancel = new AbortController();
    // A cancel that was asked for before a restart still holds.
    if (build.cancelRequestedAt) cancel.abort(new Interruption('cancel'));
    const done = this.runUntilEnded(build, cancel.signal).finally(() => {
      this.running.delete(build.id);
      this.wake();
    });
    this.running.set(build.id, { distroId: build.distroId, cancel, done });
  }

  /** A database that cannot be written stops an execution short: the build keeps its place and is carried on with once it can be. */
  private async runUntilEnded(build: BuildEntity, cancel: AbortSignal): Promise<void> {
    for (let current: BuildEntity | null = build; current;) {
      try {
        await this.execution.run(current, { cancel, handover: this.handover.signal });
        return;
      } catch (error) {
        await this.beforeNextTry(build.id, error).catch(() => undefined);
      }
      if (this.handover.signal.aborted) return;
      current = await this.builds.findOneBy({ id: build.id }).catch(() => build);
    }
  }

  private async beforeNextTry(buildId: number, error: unknown): Promise<void> {
    if (databaseTroubleOf(error)) {
      this.logger.warn(`build ${buildId} waits until the database can be written`);
      await this.database.waitOut(error);
    } else {
      this.logger.error(error, `build ${buildId} could not be ended; trying again`);
      await sleep(RETRY_MS, undefined, { signal: this.handover.signal });
    }
  }
}
