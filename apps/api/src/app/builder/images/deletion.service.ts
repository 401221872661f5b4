import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { Repository } from 'typeorm';
import type { CallOptions, ImageUse } from '@image-manager/cloud';
import type { DeletionRemark, ImageDeletion, ImageUsage, ImageView } from '@image-manager/contracts';
import { DomainError } from '../../errors/index.js';
import { Clouds, ImageViews } from '../../openstack/index.js';
import { ImageEntity, Ledger } from '../../storage/index.js';
import { BuildEvents } from '../build-events.js';
import { ImageSwitch } from './image-switch.service.js';
import { obstaclesIn, obstaclesOf, sentenceOf, type Obstacle } from './obstacles.js';

/** Deletes an image because a person says so: by the same rules as retention, but for its age. */
@Injectable()
export class Deletion {
  constructor(
    private readonly clouds: Clouds,
    private readonly views: ImageViews,
    private readonly ledger: Ledger,
    private readonly switches: ImageSwitch,
    private readonly events: BuildEvents,
    @InjectRepository(ImageEntity) private readonly rows: Repository<ImageEntity>,
  ) {}

  /** @throws DomainError UNKNOWN_CLOUD, UNKNOWN_IMAGE; CloudError */
  async usage(cloud: string, id: string): Promise<ImageUsage> {
    await this.view(cloud, id);
    return usageOf(await this.clouds.get(cloud).images.use(id));
  }

  /** Whether it would be deleted, and what that would break; changes nothing. */
  async look(cloud: string, id: string): Promise<ImageDeletion> {
    const { image, use, obstacles } = await this.judge(cloud, id);
    return {
      allowed: obstacles.length === 0,
      reasons: obstacles,
      consequences: await this.consequences(image),
      usage: usageOf(use),
    };
  }

  /** @throws DomainError UNKNOWN_CLOUD, UNKNOWN_IMAGE, NOT_DELETABLE; CloudError */
  async delete(cloud: string, id: string): Promise<void> {
    const { distroId = '' } = await this.view(cloud, id);
    await this.switches.exclusively(cloud, distroId, async () => {
      // A rollback may have come first.
      const { obstacles } = await this.judge(cloud, id);
      if (obstacles.length > 0) {
        throw new DomainError(
          'conflict',
          'NOT_DELETABLE',
          `Image ${id} in cloud ${cloud} is not deleted. ${obstacles.map(sentenceOf).join('. ')}`,
        );
      }
      await this.remove(cloud, id);
    });
    this.events.images$.next({ cloud });
  }

  /**
   * Inside {@link ImageSwitch.exclusively}, after it was judged. The cloud's word comes first: what a crash leaves here is a
   * row of an image that is gone, which {@link StaleRows} settles before retention is applied again.
   */
  async remove(cloud: string, id: string, options: CallOptions = {}): Promise<void> {
    await this.clouds.get(cloud).images.delete(id, options);
    await this.settle(cloud, id);
  }

  private async settle(cloud: string, id: string): Promise<void> {
    await this.rows.update({ cloud, id }, { state: 'deleted' });
    const entry = await this.ledger.find(cloud, 'image', id);
    if (entry) await this.ledger.release(entry);
  }

  private async judge(
    cloud: string,
    id: string,
  ): Promise<{ image: ImageView; use: ImageUse; obstacles: Obstacle[] }> {
    const image = await this.view(cloud, id);
    const use = await this.clouds.get(cloud).images.use(id);
    return { image, use, obstacles: [...obstaclesIn(image), ...obstaclesOf(use)] };
  }

  private async view(cloud: string, id: string): Promise<ImageView> {
    const image = await this.views.find(cloud, id);
    if (image) return image;
    throw new DomainError('not-found', 'UNKNOWN_IMAGE', `There is no image ${id} in cloud ${cloud}`);
  }

  private async consequences({ cloud, id, state, distroId }: ImageView): Promise<DeletionRemark[]> {
    if (state !== 'retired' || distroId === undefined) return [];
    // By the cloud's word: rows may tell of images that somebody else has deleted there.
    const others = (await this.views.ofCloud(cloud)).filter(
      (other) => other.distroId === distroId && other.state === 'retired' && other.id !== id,
    );
    if (others.some(({ status }) => status === 'active')) return [];
    return [
      {
        code: 'LAST_ROLLBACK_TARGET',
        message: `It is the last retired image of ${distroId} in cloud ${cloud}: without it there is nothing to roll back to`,
      },
    ];
  }
}

function usageOf({ servers, volumes, unseen }: ImageUse): ImageUsage {
  return {
    servers: servers.length,
    volumes: volumes.length,
    seesAllProjects: unseen === undefined,
    ...(unseen === undefined ? {} : { unseen }),
  };
}
