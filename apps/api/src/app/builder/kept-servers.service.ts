import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { Repository } from 'typeorm';
import { isFinal, type BuildView } from '@image-manager/contracts';
import { DomainError } from '../errors/index.js';
import { BuildEntity, keptUntil, Ledger, LogStore, StageEntity } from '../storage/index.js';
import { BuildEvents } from './build-events.js';
import { BuildViews } from './build-views.service.js';
import { Reaper } from './reaper.service.js';

/** Test servers of failed builds that stay for a look inside: whether they will, and the end of that. */
@Injectable()
export class KeptServers {
  constructor(
    private readonly views: BuildViews,
    private readonly ledger: Ledger,
    private readonly log: LogStore,
    private readonly events: BuildEvents,
    private readonly reaper: Reaper,
    @InjectRepository(BuildEntity) private readonly builds: Repository<BuildEntity>,
    @InjectRepository(StageEntity) private readonly stages: Repository<StageEntity>,
  ) {}

  /**
   * Decides anew, while the build runs, how long its test servers stay if it fails.
   *
   * @throws DomainError UNKNOWN_BUILD, ALREADY_ENDED, CANCELLING, CLEANUP_BEGUN
   */
  async decide(id: number, minutes: number): Promise<BuildView> {
    const { definition, distroId, status } = await this.views.row(id);
    const changed = { ...definition, keepFailedServerMinutes: minutes };
    // One statement decides between the person and a cleanup that begins at the same moment.
    const { affected } = await this.builds
      .createQueryBuilder()
      .update()
      .set({ definition: changed })
      .where(
        `id = :id AND status IN ('queued', 'running') AND "cancelRequestedAt" IS NULL AND EXISTS (
          SELECT 1 FROM stages WHERE stages."buildId" = :id AND stages.stage = 'cleanup'
          AND stages.cloud <> '' AND stages.status = 'pending')`,
        { id },
      )
      .execute();
    if (affected !== 1) throw tooLate(await this.views.row(id));
    if (minutes !== definition.keepFailedServerMinutes) {
      await this.note(id, minutes);
      this.events.build$.next({ id, distroId, status });
    }
    return this.views.get(id);
  }

  /**
   * Ends the keeping of a failed build's test servers; the reaper takes them at once.
   *
   * @throws DomainError UNKNOWN_BUILD, NOTHING_KEPT
   */
  async release(id: number): Promise<BuildView> {
    await this.views.row(id);
    const kept = (await this.ledger.ofBuild(id)).filter((row) => keptUntil(row) !== undefined);
    if (kept.length === 0) {
      throw new DomainError('conflict', 'NOTHING_KEPT', `Build ${id} keeps no test server`);
    }
    for (const row of kept) await this.ledger.keepUntil(row, new Date());
    this.reaper.wake();
    return this.views.get(id);
  }

  /** In the log of the stage at which the build stands. */
  private async note(buildId: number, minutes: number): Promise<void> {
    const running = await this.stages.findOne({
      where: { buildId, status: 'running' },
      order: { id: 'DESC' },
    });
    const text =
      minutes === 0
        ? 'A person decided that the test server does not stay if the build fails'
        : `A person decided that the test server stays for ${minutes} min if the build fails`;
    await this.log.append(buildId, [
      { stage: running?.stage ?? 'build', cloud: running?.cloud ?? '', stream: 'manager', text },
    ]);
  }
}

function tooLate({ id, status, cancelRequestedAt }: BuildEntity): DomainError {
  const refuse = (code: string, message: string) => new DomainError('conflict', code, message);
  if (isFinal(status)) {
    return refuse(
      'ALREADY_ENDED',
      `Build ${id} is ${status} already; what becomes of its test server is settled`,
    );
  }
  if (cancelRequestedAt) {
    return refuse('CANCELLING', `Build ${id} is being cancelled; nothing of it stays`);
  }
  return refuse(
    'CLEANUP_BEGUN',
    `The cleanup of build ${id} has begun; what becomes of its test server is settled`,
  );
}
