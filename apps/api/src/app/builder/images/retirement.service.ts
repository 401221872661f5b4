import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { Repository } from 'typeorm';
import type { ImageView } from '@image-manager/contracts';
import { retiredName } from '@image-manager/pipeline';
import { DomainError } from '../../errors/index.js';
import { Clouds, ImageViews } from '../../openstack/index.js';
import { ImageEntity } from '../../storage/index.js';
import { BuildEvents } from '../build-events.js';
import { DistroRegistry } from '../distro-registry.service.js';
import { ImageSwitch } from './image-switch.service.js';
import { OurImages } from './our-images.service.js';

/**
 * Takes an image out of users' sight, where that leaves none of them without one: an old image that somebody shows
 * again, and the last current image of a definition that was given up.
 */
@Injectable()
export class Retirement {
  constructor(
    private readonly clouds: Clouds,
    private readonly ours: OurImages,
    private readonly views: ImageViews,
    private readonly registry: DistroRegistry,
    private readonly switches: ImageSwitch,
    private readonly events: BuildEvents,
    @InjectRepository(ImageEntity) private readonly rows: Repository<ImageEntity>,
  ) {}

  /** @throws DomainError UNKNOWN_CLOUD, UNKNOWN_IMAGE, FOREIGN_IMAGE, NOT_RETIRABLE, LAST_IMAGE */
  async retire(cloud: string, id: string): Promise<ImageView> {
    const { row } = await this.ours.get(cloud, id);
    await this.registry.refresh();
    await this.switches.exclusively(cloud, row.distroId, async () => {
      const { image, row: now } = await this.ours.get(cloud, id);
      this.assertRetirable(now, image.hidden);
      if (!image.hidden) {
        await this.clouds.get(cloud).images.update(id, {
          name: retiredName(image.name, image.createdAt),
          hidden: true,
          protected: false,
          tags: ['image-manager', now.state === 'rejected' ? 'rejected' : 'retired'],
        });
      }
      // A crash before this leaves a hidden image that the database calls current: it is retired once more.
      if (now.state === 'current') {
        await this.rows.update({ cloud, id }, { state: 'retired', retiredAt: new Date() });
      }
    });
    this.events.images$.next({ cloud });
    return this.views.get(cloud, id);
  }

  private assertRetirable({ cloud, id, state, distroId }: ImageEntity, hidden: boolean): void {
    if (state === 'current' && !hidden && this.registry.find(distroId)) {
      throw new DomainError(
        'conflict',
        'LAST_IMAGE',
        `Image ${id} is what users of ${distroId} boot in cloud ${cloud}, and nothing would take its place. Build a new one or roll back to another: that retires it. To give ${distroId} up, remove its definition first`,
      );
    }
    if (state === 'candidate' || state === 'deleted' || (state !== 'current' && hidden)) {
      throw new DomainError(
        'conflict',
        'NOT_RETIRABLE',
        state === 'candidate'
          ? `Image ${id} is a candidate: its build looks after it`
          : `Image ${id} is ${state} and hidden already`,
      );
    }
  }
}
