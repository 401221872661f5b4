import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { Repository } from 'typeorm';
import type { CloudImage } from '@image-manager/cloud';
import type { ImageView } from '@image-manager/contracts';
import { retiredName } from '@image-manager/pipeline';
import { DomainError } from '../../errors/index.js';
import { Clouds, ImageViews } from '../../openstack/index.js';
import { ImageEntity } from '../../storage/index.js';
import { BuildEvents } from '../build-events.js';
import { DistroRegistry } from '../distro-registry.service.js';
import { ImageSwitch } from './image-switch.service.js';
import { OurImages } from './our-images.service.js';
import { promotionTags } from './promotion-tags.js';

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

  /**
   * @param options.lastImage that users are left without one is meant.
   * @throws DomainError UNKNOWN_CLOUD, UNKNOWN_IMAGE, FOREIGN_IMAGE, NOT_RETIRABLE, LAST_IMAGE
   */
  async retire(cloud: string, id: string, { lastImage }: { lastImage: boolean }): Promise<ImageView> {
    const { row, image } = await this.ours.get(cloud, id);
    await this.registry.refresh();
    await this.switches.exclusively(cloud, row.distroId, () =>
      // An image of another definition that bears the name could go at the same moment.
      this.switches.underName(cloud, image.name, () => this.hide(cloud, id, lastImage)),
    );
    this.events.images$.next({ cloud });
    return this.views.get(cloud, id);
  }

  private async hide(cloud: string, id: string, lastImage: boolean): Promise<void> {
    const { image, row } = await this.ours.get(cloud, id);
    assertRetirable(row, image.hidden);
    if (!image.hidden) {
      if (!(await this.hasOther(image, row))) this.assertGivenUp(row, lastImage);
      await this.clouds.get(cloud).images.update(id, {
        name: retiredName(image.name, image.createdAt),
        hidden: true,
        protected: false,
        tags: promotionTags(row.state === 'rejected' ? 'rejected' : 'retired'),
      });
    }
    // A crash before this leaves a hidden image that the database calls current: it is retired once more.
    if (row.state === 'current') {
      await this.rows.update({ cloud, id }, { state: 'retired', retiredAt: new Date() });
    }
  }

  /** By the cloud's word: the row of what users boot may tell of an image that somebody else has deleted or hidden. */
  private async hasOther(image: CloudImage, { cloud, distroId, buildId }: ImageEntity): Promise<boolean> {
    const definition = await this.ours.definitionOf(distroId, buildId);
    const names = [image.name, definition?.imageName];
    return (await this.ours.visible(cloud, distroId, image.name)).some(
      ({ id, name, status }) => id !== image.id && status === 'active' && names.includes(name),
    );
  }

  /** That a definition is missing can also mean that its folder is not mounted: so a person has to say it, too. */
  private assertGivenUp({ cloud, id, distroId }: ImageEntity, lastImage: boolean): void {
    if (this.registry.find(distroId)) {
      throw new DomainError(
        'conflict',
        'LAST_IMAGE',
        `Image ${id} is what users of ${distroId} boot in cloud ${cloud}, and nothing would take its place. Build a new one or roll back to another: that retires it. To give ${distroId} up, remove its definition first`,
      );
    }
    if (!lastImage) {
      throw new DomainError(
        'conflict',
        'LAST_IMAGE',
        `Image ${id} is the last one of ${distroId} that users see in cloud ${cloud}. If the definition ${distroId} was removed to give it up, say so with {"lastImage": true}; if it should be there, put it back`,
      );
    }
  }
}

function assertRetirable({ id, state }: ImageEntity, hidden: boolean): void {
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
