import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { Repository } from 'typeorm';
import { isCloudError } from '@image-manager/cloud';
import { activity, type RetentionItem } from '@image-manager/contracts';
import { undoOrder } from '@image-manager/pipeline';
import { AgentSessions } from '../../agent/index.js';
import { databaseTroubleOf } from '../../errors/index.js';
import { Clouds } from '../../openstack/index.js';
import { BuildEntity, keptUntil, Ledger, type LedgerEntity } from '../../storage/index.js';
import { Retention } from '../images/retention.service.js';
import { StageFailure } from '../stage-failure.js';
import { StageRunner, type StageContext } from '../stage-runner.service.js';
import { Undo } from '../undo.service.js';

/** Removes everything temporary, last made first, and the retired images whose time is over. */
@Injectable()
export class CleanupStage {
  constructor(
    private readonly ledger: Ledger,
    private readonly sessions: AgentSessions,
    private readonly undo: Undo,
    private readonly retention: Retention,
    private readonly runner: StageRunner,
    private readonly clouds: Clouds,
    @InjectRepository(BuildEntity) private readonly builds: Repository<BuildEntity>,
  ) {}

  async run(context: StageContext): Promise<void> {
    const { build, cloud, signal, progress, say } = context;
    if (cloud !== '') await this.sessions.close(build.id, cloud);
    const rows = await this.keepForALook(context, undoOrder(await this.ledger.ofBuild(build.id), cloud));
    const failures: string[] = [];
    for (const [index, row] of rows.entries()) {
      progress(index / rows.length, activity(`cleanup.${row.kind}`, { name: row.name }));
      try {
        // Each undo is on its own: one that fails does not keep the others from being tried.
        const result = await this.undo.undo(row, signal);
        await say(
          result === 'released'
            ? `Removed ${row.kind} ${row.externalId ?? row.name}`
            : `No ${row.kind} ${row.name} was found; the reaper looks once more`,
        );
      } catch (error) {
        signal.throwIfAborted();
        // Nothing is wrong with the thing: the stage runs again when its removal can be recorded.
        if (databaseTroubleOf(error)) throw error;
        const words = error instanceof Error ? error.message : String(error);
        failures.push(`${row.kind} ${row.externalId ?? row.name}: ${words}`);
      }
    }
    if (cloud !== '') await this.expire(context);
    if (failures.length > 0) {
      throw new StageFailure(
        'CLEANUP_INCOMPLETE',
        cloud === '' ? 'host' : 'cloud',
        `${failures.length} of ${rows.length} things could not be removed: ${failures.join('; ')}`,
        'The reaper tries again every minute; mend what the message names if it does not succeed.',
        failures,
      );
    }
  }

  private async expire({ build, cloud, signal, say }: StageContext): Promise<void> {
    let items: RetentionItem[];
    try {
      items = await this.retention.apply(cloud, { distroId: build.distroId }, { signal });
    } catch (error) {
      signal.throwIfAborted();
      // The next build applies it again; what this one left is what its cleanup is about.
      await say(`Retention could not be applied: ${String(error)}`);
      return;
    }
    for (const { image, verdict, reason, problem } of items) {
      if (verdict === 'delete' && problem === undefined) await say(`Deleted image ${image.id}: ${reason}`);
      else if (problem !== undefined) await say(`Image ${image.id} should have gone and is kept: ${problem}`);
      else if (image.state === 'retired') await say(`Retired image ${image.id} is kept: ${reason}`);
    }
  }

  /** A failed build's test server stays for a look inside, with the image that it stands on. */
  private async keepForALook(
    { build, cloud, say, signal }: StageContext,
    rows: LedgerEntity[],
  ): Promise<LedgerEntity[]> {
    // Read anew: a person may have decided otherwise since the build began.
    const { definition } = await this.builds.findOneByOrFail({ id: build.id });
    const minutes = definition.keepFailedServerMinutes;
    if (minutes === 0 || cloud === '' || !(await this.hasFailedServer(build.id, cloud))) return rows;
    const until = new Date(Date.now() + minutes * 60_000);
    for (const row of rows) {
      // A cleanup that was interrupted has set it before.
      if (keptUntil(row) === undefined)
        await this.ledger.keepUntil(row, until, await this.addressesOf(row, signal));
      await say(
        `${row.kind} ${row.externalId ?? row.name} stays until ${until.toISOString()} for a look inside`,
      );
    }
    return [];
  }

  /** They are only a help: where the cloud does not answer, it is asked by whoever looks inside. */
  private async addressesOf(
    { cloud, kind, externalId }: LedgerEntity,
    signal: AbortSignal,
  ): Promise<string[]> {
    if (kind !== 'server' || externalId === null) return [];
    try {
      return (await this.clouds.get(cloud).servers.find(externalId, { signal }))?.addresses ?? [];
    } catch (error) {
      signal.throwIfAborted();
      if (!isCloudError(error)) throw error;
      return [];
    }
  }

  private async hasFailedServer(buildId: number, cloud: string): Promise<boolean> {
    const stages = await this.runner.ofBuild(buildId);
    return stages.some(
      (row) =>
        row.cloud === cloud && row.status === 'failed' && (row.stage === 'boot' || row.stage === 'test'),
    );
  }
}
