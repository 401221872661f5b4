import { Injectable, Logger } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { Repository } from 'typeorm';
import type { Activity, Cause, StageName, StageStatus } from '@image-manager/contracts';
import { assertStageMove } from '@image-manager/pipeline';
import { databaseTroubleOf } from '../errors/index.js';
import {
  LogStore,
  StageEntity,
  WritableDatabase,
  type BuildEntity,
  type LogEntry,
} from '../storage/index.js';
import { BuildEvents } from './build-events.js';
import { Interruption, interruptionOf } from './interruption.js';
import { Pauses } from './pauses.service.js';
import { causeOf, StageFailure } from './stage-failure.js';

/** What a stage's work is given. */
export interface StageContext {
  build: BuildEntity;
  stage: StageName;
  /** Empty for what happens on the build host. */
  cloud: string;
  /** Fires on cancel, at the deadline and when the process ends; work ends soon after. */
  signal: AbortSignal;
  /** Milliseconds until the deadline, by the monotonic clock. */
  remainingMs: () => number;
  /** The stage was interrupted before: things of an earlier run may exist. */
  resumed: boolean;
  /** A line of ours in the build's log. */
  say: (text: string) => Promise<void>;
  log: (entries: readonly Omit<LogEntry, 'stage' | 'cloud'>[]) => Promise<void>;
  /** True progress, 0 to 1, and what is being done. */
  progress: (fraction: number | undefined, activity: Activity) => void;
}

export type StageWork = (context: StageContext) => Promise<void>;

/** A stage that was interrupted has this much time left at least, however long nobody was running. */
const RESUME_GRACE_MS = 60_000;
const PROGRESS_EVERY_MS = 1000;
const FINAL: readonly StageStatus[] = ['succeeded', 'failed', 'skipped', 'cancelled'];

/** Runs a stage's work between its row's statuses, under its deadline, and turns what it throws into a cause. */
@Injectable()
export class StageRunner {
  private readonly logger = new Logger(StageRunner.name);

  constructor(
    private readonly log: LogStore,
    private readonly events: BuildEvents,
    private readonly database: WritableDatabase,
    private readonly pauses: Pauses,
    @InjectRepository(StageEntity) private readonly stages: Repository<StageEntity>,
  ) {}

  /** Makes the rows that are missing: a crash can come between a build's row and its stages'. */
  async ensure(buildId: number, places: readonly { stage: StageName; cloud: string }[]): Promise<void> {
    const rows = await this.ofBuild(buildId);
    const missing = places.filter(
      ({ stage, cloud }) => !rows.some((row) => row.stage === stage && row.cloud === cloud),
    );
    if (missing.length === 0) return;
    await this.stages.insert(missing.map((place) => ({ ...place, buildId, status: 'pending' as const })));
  }

  ofBuild(buildId: number): Promise<StageEntity[]> {
    return this.stages.find({ where: { buildId }, order: { id: 'ASC' } });
  }

  /**
   * @param interrupt fires with an Interruption as reason.
   * @returns the stage's final status, also when it was final before.
   * @throws Interruption `handover`, or that the database cannot be written; the row then stays `running`, for the next
   *   start or for when it can be.
   */
  async run(
    build: BuildEntity,
    place: { stage: StageName; cloud: string },
    interrupt: AbortSignal,
    work: StageWork,
  ): Promise<StageStatus> {
    const row = await this.stages.findOneByOrFail({ buildId: build.id, ...place });
    if (FINAL.includes(row.status)) return row.status;
    const resumed = row.status === 'running';
    const limitMs = await this.begin(build, row);
    // From here on the row's time is for the next start: a wall clock that is set moves nothing that runs.
    const deadline = this.deadlineIn(limitMs);
    const { remainingMs } = deadline;
    const signal = AbortSignal.any([interrupt, deadline.signal]);
    try {
      signal.throwIfAborted();
      await work(this.context(build, row, { signal, remainingMs, resumed }));
      await this.log.flush(build.id);
      return await this.end(row, 'succeeded');
    } catch (error) {
      const kind = interruptionOf(signal);
      if (kind === 'handover') throw new Interruption('handover');
      if (kind === 'cancel') return await this.end(row, 'cancelled');
      if (kind === undefined && databaseTroubleOf(error)) throw error;
      return await this.end(row, 'failed', this.explain(error, build, row, kind === 'deadline'));
    } finally {
      deadline.clear();
    }
  }

  /** After a pause of this process a stage has as much time left as after a restart. */
  private deadlineIn(limitMs: number): { signal: AbortSignal; remainingMs: () => number; clear: () => void } {
    const begin = performance.now();
    const grace = Math.min(limitMs, RESUME_GRACE_MS);
    const controller = new AbortController();
    const remainingMs = () => {
      const resumed = this.pauses.lastEnd ?? 0;
      const end = resumed < begin ? begin + limitMs : Math.max(begin + limitMs, resumed + grace);
      return end - performance.now();
    };
    const expire = () => {
      const left = remainingMs();
      if (left > 0) timer = setTimeout(expire, left);
      else controller.abort(new Interruption('deadline'));
    };
    let timer = setTimeout(expire, limitMs);
    const clear = () => {
      clearTimeout(timer);
    };
    return { signal: controller.signal, remainingMs, clear };
  }

  /** Marks a stage that will not run. */
  async skip(buildId: number, place: { stage: StageName; cloud: string }, status: 'skipped' | 'cancelled') {
    const row = await this.stages.findOneByOrFail({ buildId, ...place });
    if (row.status === 'pending') await this.end(row, status);
  }

  /** Ends what stands open after an error that no stage could take: the running stages with it as their cause. */
  async abandon(buildId: number, error: unknown): Promise<void> {
    for (const row of await this.ofBuild(buildId)) {
      const place = { stage: row.stage, ...(row.cloud === '' ? {} : { cloud: row.cloud }) };
      if (row.status === 'running') await this.end(row, 'failed', causeOf(error, place));
      else if (row.status === 'pending') await this.end(row, 'skipped');
    }
  }

  /** @returns how long the stage may run now, in milliseconds. */
  private async begin(build: BuildEntity, row: StageEntity): Promise<number> {
    assertStageMove(row.status, 'running');
    const now = Date.now();
    const limit = build.definition.deadlines[row.stage] * 1000;
    row.status = 'running';
    row.startedAt ??= new Date(now);
    // A start that lies ahead was written before the clock was set back: how long that run was nobody knows.
    const passed = Math.max(0, now - row.startedAt.getTime());
    const remaining = Math.max(limit - passed, Math.min(limit, RESUME_GRACE_MS));
    row.deadlineAt = new Date(now + remaining);
    await this.save(row);
    return remaining;
  }

  private async end(row: StageEntity, status: StageStatus, cause?: Cause): Promise<StageStatus> {
    assertStageMove(row.status, status);
    row.status = status;
    // Not before its start, also when the clock was set back in between.
    row.finishedAt = new Date(Math.max(Date.now(), row.startedAt?.getTime() ?? 0));
    row.cause = cause ?? null;
    row.activity = null;
    if (status === 'succeeded') row.progress = 1;
    if (cause) await this.say(row, `${row.stage} failed: ${cause.message}`);
    await this.save(row);
    return status;
  }

  private explain(error: unknown, build: BuildEntity, row: StageEntity, late: boolean): Cause {
    const place = { stage: row.stage, ...(row.cloud === '' ? {} : { cloud: row.cloud }) };
    // Nothing could be told to us, or be kept, for as long as this lasts.
    const { trouble } = this.database;
    if (late && trouble) {
      const { code, message, advice } = trouble;
      return { ...place, code, fault: 'host', message, advice };
    }
    // Work that knows more about its lateness says so itself.
    if (late && !(error instanceof StageFailure)) {
      const seconds = build.definition.deadlines[row.stage];
      return {
        ...place,
        code: 'DEADLINE_EXCEEDED',
        fault: row.cloud === '' ? 'host' : 'cloud',
        message: `The ${row.stage} stage did not end within its ${seconds} s${row.activity === null ? '' : `; it was at: ${row.activity}`}`,
        advice: `The log’s last lines tell what it waited for; if it only needs longer, raise deadlines.${row.stage} in the definition.`,
      };
    }
    const cause = causeOf(error, place);
    if (cause.fault === 'us')
      this.logger.error(error, `build ${build.id}: ${row.stage} ended with a defect of ours`);
    return cause;
  }

  private context(
    build: BuildEntity,
    row: StageEntity,
    run: Pick<StageContext, 'signal' | 'remainingMs' | 'resumed'>,
  ): StageContext {
    const { stage, cloud } = row;
    let savedAt = 0;
    return {
      build,
      stage,
      cloud,
      ...run,
      say: (text) => this.say(row, text),
      log: (entries) =>
        this.log.append(
          build.id,
          entries.map((entry) => ({ stage, cloud, ...entry })),
        ),
      progress: (fraction, activity) => {
        row.progress = fraction === undefined ? null : Math.min(1, Math.max(0, fraction));
        const news = activity !== row.activity;
        row.activity = activity;
        const now = performance.now();
        if (!news && now - savedAt < PROGRESS_EVERY_MS) return;
        savedAt = now;
        void this.saveProgress(row);
      },
    };
  }

  private async saveProgress(row: StageEntity): Promise<void> {
    const { progress, activity } = row;
    try {
      // Only these columns: the row's status may have moved on meanwhile.
      await this.stages.update({ id: row.id, status: 'running' }, { progress, activity });
      if (row.status === 'running') this.announce(row);
    } catch (error) {
      if (!databaseTroubleOf(error)) this.logger.warn(error, 'progress could not be stored');
    }
  }

  private async save(row: StageEntity): Promise<void> {
    // How a stage ended is known once: it must not be lost to a disk that is full for a while.
    await this.database.insist(() => this.stages.save(row));
    this.announce(row);
  }

  private announce(row: StageEntity): void {
    this.events.stage$.next({
      buildId: row.buildId,
      stage: row.stage,
      cloud: row.cloud,
      status: row.status,
      ...(row.progress === null ? {} : { progress: row.progress }),
      ...(row.activity === null ? {} : { activity: row.activity }),
    });
  }

  private say({ buildId, stage, cloud }: StageEntity, text: string): Promise<void> {
    return this.log.append(buildId, [{ stage, cloud, stream: 'manager', text }]);
  }
}
