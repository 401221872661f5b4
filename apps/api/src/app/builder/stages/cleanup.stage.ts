import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { Repository } from 'typeorm';
import { isCloudError } from '@image-manager/cloud';
import { expiredImages, undoOrder } from '@image-manager/pipeline';
import { AgentSessions } from '../../agent/index.js';
import { Clouds } from '../../openstack/index.js';
import { ImageEntity, Ledger } from '../../storage/index.js';
import { BuildEvents } from '../build-events.js';
import { StageFailure } from '../stage-failure.js';
import type { StageContext } from '../stage-runner.service.js';
import { Undo } from '../undo.service.js';

/** Removes everything temporary, last made first, and the retired images whose time is over. */
@Injectable()
export class CleanupStage {
  constructor(
    private readonly clouds: Clouds,
    private readonly ledger: Ledger,
    private readonly sessions: AgentSessions,
    private readonly undo: Undo,
    private readonly events: BuildEvents,
    @InjectRepository(ImageEntity) private readonly images: Repository<ImageEntity>,
  ) {}

  async run(context: StageContext): Promise<void> {
    const { build, cloud, signal, progress, say } = context;
    if (cloud !== '') await this.sessions.close(build.id, cloud);
    const rows = undoOrder(await this.ledger.ofBuild(build.id), cloud);
    const failures: string[] = [];
    for (const [index, row] of rows.entries()) {
      progress(index / rows.length, `removing ${row.kind} ${row.name}`);
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
        failures.push(`${row.kind} ${row.externalId ?? row.name}: ${String(error)}`);
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
    const retired = await this.images.findBy({ cloud, distroId: build.distroId, state: 'retired' });
    const expired = expiredImages(
      retired.map(({ id, retiredAt, createdAt }) => ({ id, retiredAt: retiredAt ?? createdAt })),
      build.definition.retention,
      new Date(),
    );
    for (const id of expired) {
      try {
        const { images } = this.clouds.get(cloud);
        if ((await images.find(id, { signal }))?.hidden === false) continue;
        await images.delete(id, { signal });
      } catch (error) {
        if (!isCloudError(error, 'IN_USE') && !isCloudError(error, 'CONFLICT')) throw error;
        await say(`Retired image ${id} is past its retention and kept: ${error.message}`);
        continue;
      }
      await this.images.update({ cloud, id }, { state: 'deleted' });
      const row = await this.ledger.findImage(cloud, id);
      if (row) await this.ledger.release(row);
      await say(`Retired image ${id} was past its retention and is deleted`);
      this.events.images$.next({ cloud });
    }
  }
}
