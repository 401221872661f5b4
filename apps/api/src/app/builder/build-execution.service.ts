import { Injectable, Logger } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { Repository } from 'typeorm';
import type { BuildStatus, StageName } from '@image-manager/contracts';
import { assertBuildMove, buildOutcome, planStages } from '@image-manager/pipeline';
import { AppConfig } from '../config/index.js';
import { databaseTroubleOf } from '../errors/index.js';
import { BuildEntity, causeText, DatabaseFile, LogStore, WritableDatabase } from '../storage/index.js';
import { ArtifactShelf } from './artifact-shelf.service.js';
import { BuildEvents } from './build-events.js';
import { Interruption } from './interruption.js';
import { settleInParallel } from './settle-in-parallel.js';
import { StageRunner, type StageWork } from './stage-runner.service.js';
import { BootStage } from './stages/boot.stage.js';
import { BuildStage } from './stages/build.stage.js';
import { CleanupStage } from './stages/cleanup.stage.js';
import { PromoteStage } from './stages/promote.stage.js';
import { TestStage } from './stages/test.stage.js';
import { UploadStage } from './stages/upload.stage.js';
import { BuildFigures } from './statistics/build-figures.service.js';

/** How a build that is running is told to stop; each fires with an Interruption as reason. */
export interface Interrupts {
  cancel: AbortSignal;
  handover: AbortSignal;
}

/** Takes one build through its stages, from wherever it stands. */
@Injectable()
export class BuildExecution {
  private readonly logger = new Logger(BuildExecution.name);

  constructor(
    private readonly config: AppConfig,
    private readonly runner: StageRunner,
    private readonly log: LogStore,
    private readonly database: WritableDatabase,
    private readonly file: DatabaseFile,
    private readonly events: BuildEvents,
    private readonly shelf: ArtifactShelf,
    private readonly figures: BuildFigures,
    private readonly buildStage: BuildStage,
    private readonly upload: UploadStage,
    private readonly boot: BootStage,
    private readonly test: TestStage,
    private readonly promote: PromoteStage,
    private readonly cleanup: CleanupStage,
    @InjectRepository(BuildEntity) private readonly builds: Repository<BuildEntity>,
  ) {}

  /**
   * @returns the final status, or undefined when the build was cancelled before it began or handed over to the next start.
   * @throws only when the database cannot be written.
   */
  async run(build: BuildEntity, interrupts: Interrupts): Promise<BuildStatus | undefined> {
    try {
      if (!(await this.begin(build, interrupts))) return undefined;
      await this.runner.ensure(build.id, planStages(build.clouds));
      const interrupt = AbortSignal.any([interrupts.cancel, interrupts.handover]);
      await this.stages(build, interrupt, interrupts);
      return await this.finish(build, interrupts.cancel.aborted);
    } catch (error) {
      if (databaseTroubleOf(error)) throw error;
      if (!(error instanceof Interruption)) return await this.abandon(build, error);
      this.logger.log(`build ${build.id} is handed over to the next start`);
      await this.log.close(build.id);
      return undefined;
    }
  }

  /** @returns false when the build was cancelled, or this process is about to end, before it could begin. */
  private async begin(build: BuildEntity, { cancel, handover }: Interrupts): Promise<boolean> {
    if (build.status === 'running') return true;
    // What it did would be lost with the database.
    await this.file.untilThere(AbortSignal.any([cancel, handover]));
    if (handover.aborted) return false;
    assertBuildMove(build.status, 'running');
    const startedAt = new Date();
    // One statement decides between the queue and a person who cancels at the same moment.
    const taken = await this.builds.update(
      { id: build.id, status: 'queued' },
      { status: 'running', startedAt },
    );
    if (taken.affected !== 1) return false;
    build.status = 'running';
    build.startedAt = startedAt;
    this.announce(build);
    return true;
  }

  private async stages(
    build: BuildEntity,
    interrupt: AbortSignal,
    { cancel, handover }: Interrupts,
  ): Promise<void> {
    const built = await this.runner.run(build, { stage: 'build', cloud: '' }, interrupt, (context) =>
      this.buildStage.run(context),
    );
    // Each cloud goes its own way; what one of them throws waits until the others stand still.
    const rows = await settleInParallel(build.clouds, this.config.maxParallelClouds, (cloud) =>
      this.cloudStages(build, cloud, built === 'succeeded', interrupt, { cancel, handover }),
    );
    const failed = rows.find(({ status }) => status === 'rejected');
    if (failed?.status === 'rejected') throw failed.reason;
    await this.runner.run(build, { stage: 'cleanup', cloud: '' }, handover, (context) =>
      this.cleanup.run(context),
    );
  }

  private async cloudStages(
    build: BuildEntity,
    cloud: string,
    built: boolean,
    interrupt: AbortSignal,
    { cancel, handover }: Interrupts,
  ): Promise<void> {
    const works: [StageName, StageWork][] = [
      ['upload', (context) => this.upload.run(context)],
      ['boot', (context) => this.boot.run(context)],
      ['test', (context) => this.test.run(context)],
      ['promote', (context) => this.promote.run(context)],
    ];
    let goOn = built;
    for (const [stage, work] of works) {
      const place = { stage, cloud };
      // From its first write on, promotion completes, also after a restart that found a cancel waiting.
      const begun = stage === 'promote' && goOn && (await this.promote.hasBegun(build.id, cloud));
      const signal = begun ? handover : interrupt;
      if (goOn) goOn = (await this.runner.run(build, place, signal, work)) === 'succeeded';
      else await this.runner.skip(build.id, place, cancel.aborted ? 'cancelled' : 'skipped');
    }
    await this.runner.run(build, { stage: 'cleanup', cloud }, handover, (context) =>
      this.cleanup.run(context),
    );
  }

  /**
   * A defect of ours stopped the build: it ends with that as its cause, and what it made is the reaper's.
   */
  private async abandon(build: BuildEntity, error: unknown): Promise<BuildStatus> {
    this.logger.error(error, `build ${build.id} stopped with a defect of ours`);
    await this.runner.abandon(build.id, error);
    return await this.finish(build, false);
  }

  private async finish(build: BuildEntity, cancelled: boolean): Promise<BuildStatus> {
    const stages = await this.runner.ofBuild(build.id);
    const status = buildOutcome(stages, cancelled);
    assertBuildMove(build.status, status);
    build.status = status;
    build.finishedAt = new Date(Math.max(Date.now(), build.startedAt?.getTime() ?? 0));
    build.cause = stages.find(({ status, cause }) => status === 'failed' && cause)?.cause ?? null;
    await this.log.append(build.id, [
      { stage: 'cleanup', cloud: '', stream: 'manager', text: `Build ${build.id} ${status}` },
    ]);
    const { finishedAt, cause } = build;
    await this.database.insist(async () => {
      await this.log.close(build.id);
      // First, so that no build has ended without them: one that a crash leaves running records them again.
      await this.figures.record(build);
      await this.builds.update({ id: build.id }, { status, finishedAt, cause, causeText: causeText(cause) });
    });
    this.announce(build);
    await this.shelf.tidy(build.distroId).catch((error: unknown) => {
      this.logger.warn(error, 'old artifacts could not be removed');
    });
    return status;
  }

  private announce({ id, distroId, status, cause }: BuildEntity): void {
    this.events.build$.next({ id, distroId, status, ...(cause ? { cause } : {}) });
  }
}
