import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable, Logger } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { In, Repository } from 'typeorm';
import {
  isCloudError,
  isTransient,
  type CloudImage,
  type ImageChanges,
  KeyedLock,
} from '@image-manager/cloud';
import { promotionWrites, type PromotionWrite } from '@image-manager/pipeline';
import { Clouds } from '../../openstack/index.js';
import { BuildEntity, ImageEntity, ImageSwitchEntity } from '../../storage/index.js';
import { BuildEvents } from '../build-events.js';
import { OurImages } from './our-images.service.js';
import { promotionTags } from './promotion-tags.js';
import { StaleRows } from './stale-rows.service.js';

const TRIES = 5;
const RETRY_MS = 1000;

export type SwitchRequest = Pick<
  ImageSwitchEntity,
  'cloud' | 'distroId' | 'targetId' | 'kind' | 'buildId' | 'presentation'
> & {
  /** Set on the image that becomes current, in the same request that shows it. */
  properties?: Record<string, string>;
};

export type Say = (text: string) => Promise<void>;

/**
 * Makes another image the one that users boot. Glance changes one image per request, so the order decides: first the new
 * image is shown, then the old one is hidden. Each step is journaled; what was interrupted is completed when users saw
 * the new image already, and undone when they did not.
 */
@Injectable()
export class ImageSwitch {
  private readonly logger = new Logger(ImageSwitch.name);
  private readonly queue = new KeyedLock();
  private readonly names = new KeyedLock();
  /** Ids of the switches that run in this process. */
  private readonly running = new Set<number>();

  constructor(
    private readonly clouds: Clouds,
    private readonly ours: OurImages,
    private readonly stale: StaleRows,
    private readonly events: BuildEvents,
    @InjectRepository(ImageEntity) private readonly images: Repository<ImageEntity>,
    @InjectRepository(BuildEntity) private readonly builds: Repository<BuildEntity>,
    @InjectRepository(ImageSwitchEntity) private readonly journal: Repository<ImageSwitchEntity>,
  ) {}

  /** One after the other for each definition and cloud: nobody else changes which image is current meanwhile. */
  exclusively<T>(cloud: string, distroId: string, task: () => Promise<T>): Promise<T> {
    return this.queue.run(`${cloud}/${distroId}`, task);
  }

  /** Inside {@link exclusively}: one after the other for all definitions whose images bear this name. */
  underName<T>(cloud: string, imageName: string, task: () => Promise<T>): Promise<T> {
    return this.names.run(`${cloud}/${imageName}`, task);
  }

  /**
   * Inside {@link exclusively}.
   *
   * @throws what the cloud answered; whether users see the new image then is for the cloud to say.
   */
  async run({ properties, ...request }: SwitchRequest, say: Say): Promise<void> {
    await this.settleOpen(request);
    const row = (await this.findOpen(request)) ?? (await this.begin(request));
    this.running.add(row.id);
    try {
      await this.perform(row, properties, say);
    } catch (error) {
      await this.settleFailed(row);
      throw error;
    } finally {
      this.running.delete(row.id);
    }
  }

  /** Completes or undoes what an earlier process left, and what a cloud's failure broke off. */
  async recover(): Promise<void> {
    for (const row of await this.journal.findBy({ state: In(['begun', 'shown']) })) {
      if (this.running.has(row.id) || !this.clouds.names.includes(row.cloud)) continue;
      // A promotion's build carries it on by itself, as long as it lives.
      if (row.buildId !== null && (await this.isLiving(row.buildId))) continue;
      try {
        await this.exclusively(row.cloud, row.distroId, () => this.recoverOne(row));
      } catch (error) {
        this.logger.warn(
          error,
          `the switch to image ${row.targetId} in cloud ${row.cloud} still stands open`,
        );
      }
    }
  }

  /**
   * What an earlier switch left open is settled by its own rules first: what it rolled back from stays rejected. Inside
   * {@link exclusively}.
   *
   * @param targetId a switch to this one is left to its own run.
   */
  async settleOpen({
    cloud,
    distroId,
    targetId,
  }: Pick<SwitchRequest, 'cloud' | 'distroId'> & { targetId?: string }): Promise<void> {
    const open = await this.journal.findBy({ cloud, distroId, state: In(['begun', 'shown']) });
    for (const row of open) if (row.targetId !== targetId) await this.recoverOne(row);
  }

  private begin(request: Omit<SwitchRequest, 'properties'>): Promise<ImageSwitchEntity> {
    const now = new Date();
    return this.journal.save(
      this.journal.create({ ...request, state: 'begun', createdAt: now, updatedAt: now }),
    );
  }

  /** The row of a run that was interrupted. */
  private findOpen({
    cloud,
    targetId,
    kind,
  }: Omit<SwitchRequest, 'properties'>): Promise<ImageSwitchEntity | null> {
    return this.journal.findOneBy({ cloud, targetId, kind, state: In(['begun', 'shown']) });
  }

  private async isLiving(buildId: number): Promise<boolean> {
    return this.builds.existsBy({ id: buildId, status: In(['queued', 'running']) });
  }

  private async recoverOne(row: ImageSwitchEntity): Promise<void> {
    const target = await this.clouds.get(row.cloud).images.find(row.targetId);
    if (target?.hidden === false) {
      this.logger.log(`completing the switch to image ${row.targetId} in cloud ${row.cloud}`);
      await this.perform(row, undefined, () => Promise.resolve());
      return;
    }
    await this.mark(row, 'undone');
  }

  /** Another definition's images may bear the name too, and each side would hide the other's. */
  private perform(
    row: ImageSwitchEntity,
    properties: Record<string, string> | undefined,
    say: Say,
  ): Promise<void> {
    return this.underName(row.cloud, row.presentation.imageName, () =>
      this.performAlone(row, properties, say),
    );
  }

  private async performAlone(
    row: ImageSwitchEntity,
    properties: Record<string, string> | undefined,
    say: Say,
  ): Promise<void> {
    const { cloud, distroId, targetId, presentation } = row;
    const { imageName } = presentation;
    const target = await this.clouds.get(cloud).images.get(targetId);
    await this.stale.attachCurrent(cloud, distroId);
    const writes = promotionWrites(target, await this.ours.visible(cloud, distroId, imageName), imageName);
    for (const write of writes.filter(({ kind }) => kind === 'promote')) {
      await this.write(row, target, write, properties, say);
      await this.mark(row, 'shown');
    }
    // Glance takes members for an image that is shared already; they must see it before the one before goes.
    if (presentation.visibility === 'shared') {
      await this.clouds.get(cloud).images.setMembers(targetId, presentation.members);
    }
    for (const write of writes.filter(({ kind }) => kind === 'retire')) {
      await this.write(row, target, write, properties, say);
    }
    await this.settle(row);
    await this.mark(row, 'done');
  }

  private async write(
    row: ImageSwitchEntity,
    target: CloudImage,
    { imageId, kind, name, hidden }: PromotionWrite,
    properties: Record<string, string> | undefined,
    say: Say,
  ): Promise<void> {
    const { cloud, presentation } = row;
    const changes: ImageChanges =
      kind === 'promote'
        ? {
            name,
            hidden,
            visibility: presentation.visibility,
            protected: presentation.protected,
            tags: [...new Set([...promotionTags('current'), ...(presentation.tags ?? [])])],
            ...(properties ? { properties } : {}),
          }
        : {
            name,
            hidden,
            protected: false,
            tags: promotionTags(row.kind === 'rollback' ? 'rejected' : 'retired'),
          };
    await this.update(cloud, imageId, changes, `${kind} image ${imageId}`, say);
    const now = new Date();
    if (kind === 'promote') {
      await this.images.update(
        { cloud, id: target.id },
        { state: 'current', promotedAt: now, retiredAt: null },
      );
    } else {
      // What was rolled back from is no target of a later rollback.
      const state = row.kind === 'rollback' ? 'rejected' : 'retired';
      await this.images.update({ cloud, id: imageId }, { state, retiredAt: now });
      await say(`Image ${imageId} is ${state}: hidden, named ${JSON.stringify(name)}`);
    }
    this.events.images$.next({ cloud });
  }

  private async update(
    cloud: string,
    imageId: string,
    changes: ImageChanges,
    what: string,
    say: Say,
  ): Promise<void> {
    const { images } = this.clouds.get(cloud);
    for (let attempt = 1; ; attempt += 1) {
      try {
        await images.update(imageId, changes);
        return;
      } catch (error) {
        // CONFLICT: somebody changed the image at the same moment.
        const mayPass = isTransient(error) || isCloudError(error, 'CONFLICT');
        if (attempt === TRIES || !mayPass) throw error;
        await say(`Try ${attempt} of ${TRIES} to ${what} failed: ${String(error)}`);
        await sleep(RETRY_MS * attempt);
      }
    }
  }

  /** The database follows the cloud, also after an interruption between a write here and one there. */
  private async settle({ cloud, distroId, targetId, kind, presentation }: ImageSwitchEntity): Promise<void> {
    const visible = await this.ours.visible(cloud, distroId, presentation.imageName);
    const now = new Date();
    const rows = await this.images.findBy({ cloud, distroId, state: 'current' });
    for (const { id } of rows) {
      if (id === targetId || visible.some((image) => image.id === id)) continue;
      await this.images.update(
        { cloud, id },
        { state: kind === 'rollback' ? 'rejected' : 'retired', retiredAt: now },
      );
    }
    if (!rows.some(({ id }) => id === targetId)) {
      await this.images.update(
        { cloud, id: targetId },
        { state: 'current', promotedAt: now, retiredAt: null },
      );
    }
    this.events.images$.next({ cloud });
  }

  /** An answer can get lost: only the cloud knows what users see now. Where it cannot be asked, the row stays open. */
  private async settleFailed(row: ImageSwitchEntity): Promise<void> {
    try {
      const target = await this.clouds.get(row.cloud).images.find(row.targetId);
      await this.mark(row, target?.hidden === false ? 'shown' : 'undone');
    } catch (error) {
      this.logger.warn(
        error,
        `whether image ${row.targetId} in cloud ${row.cloud} is shown could not be asked`,
      );
    }
  }

  private async mark(row: ImageSwitchEntity, state: ImageSwitchEntity['state']): Promise<void> {
    row.state = state;
    row.updatedAt = new Date();
    await this.journal.save(row);
  }
}
