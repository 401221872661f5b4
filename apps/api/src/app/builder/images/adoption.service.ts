import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { Repository } from 'typeorm';
import { ownershipProperties, type CloudImage } from '@image-manager/cloud';
import type { ImageView } from '@image-manager/contracts';
import { retiredName } from '@image-manager/pipeline';
import { DomainError } from '../../errors/index.js';
import { Clouds, ImageViews } from '../../openstack/index.js';
import { ImageEntity, Installation, Ledger } from '../../storage/index.js';
import { BuildEvents } from '../build-events.js';
import { DistrosService } from '../distros.service.js';
import { ImageSwitch } from './image-switch.service.js';
import { OurImages, presentationOf } from './our-images.service.js';
import { promotionTags } from './promotion-tags.js';
import { StaleRows } from './stale-rows.service.js';

/** Makes a foreign image ours, because a person says so: from then on it can be rolled back to, and retention sees it. */
@Injectable()
export class Adoption {
  constructor(
    private readonly clouds: Clouds,
    private readonly distros: DistrosService,
    private readonly installation: Installation,
    private readonly ledger: Ledger,
    private readonly views: ImageViews,
    private readonly ours: OurImages,
    private readonly stale: StaleRows,
    private readonly switches: ImageSwitch,
    private readonly events: BuildEvents,
    @InjectRepository(ImageEntity) private readonly rows: Repository<ImageEntity>,
  ) {}

  /**
   * Where users see another image of the definition already, this one is hidden; where they see none, it is what they boot
   * from now on.
   *
   * @throws DomainError UNKNOWN_CLOUD, UNKNOWN_IMAGE, UNKNOWN_DISTRO, BROKEN_DEFINITION, ALREADY_OURS, NOT_ADOPTABLE
   */
  async adopt(cloud: string, id: string, distroId: string): Promise<ImageView> {
    const { definition } = this.distros.registered(distroId);
    if (!definition) {
      throw new DomainError(
        'conflict',
        'BROKEN_DEFINITION',
        `The definition ${distroId} is broken: mend it first, it says which name users boot`,
      );
    }
    await this.switches.exclusively(cloud, distroId, async () => {
      await this.switches.settleOpen({ cloud, distroId });
      const image = await this.adoptable(cloud, id);
      await this.stale.settleCurrent(cloud, distroId);
      const seen = (await this.ours.visible(cloud, distroId, definition.imageName)).filter(
        (other) => other.id !== id,
      );
      const isCurrent = !image.hidden && !seen.some((other) => isBootable(other, definition.imageName));
      await this.take(image, { cloud, distroId, isCurrent });
      // What users see and cannot boot, or not by this name, goes now that they have another.
      if (isCurrent && image.name === definition.imageName && seen.length > 0) {
        await this.switches.run(
          {
            cloud,
            distroId,
            targetId: id,
            kind: 'promotion',
            buildId: null,
            presentation: presentationOf(definition),
          },
          () => Promise.resolve(),
        );
      }
    });
    this.events.images$.next({ cloud });
    return this.views.get(cloud, id);
  }

  private async adoptable(cloud: string, id: string): Promise<Adoptable> {
    const image = await this.clouds.get(cloud).images.find(id);
    if (!image) {
      throw new DomainError('not-found', 'UNKNOWN_IMAGE', `There is no image ${id} in cloud ${cloud}`);
    }
    // One that was interrupted leaves a row for an image without our mark: it is done again.
    const isMarked = image.ownership?.installationId === this.installation.id;
    if (isMarked && (await this.rows.existsBy({ cloud, id }))) {
      throw new DomainError('conflict', 'ALREADY_OURS', `Image ${id} is ours already`);
    }
    const { hash } = image;
    if (image.status !== 'active' || hash?.algorithm !== 'sha512') {
      throw new DomainError(
        'conflict',
        'NOT_ADOPTABLE',
        `Image ${id} is ${image.status}${hash ? '' : ' and has no checksum'}: there is nothing that could be verified later`,
      );
    }
    return { ...image, hash };
  }

  private async take(
    image: Adoptable,
    { cloud, distroId, isCurrent }: { cloud: string; distroId: string; isCurrent: boolean },
  ): Promise<void> {
    const { images } = this.clouds.get(cloud);
    const { id } = image;
    const now = new Date();
    const row =
      (await this.ledger.find(cloud, 'image', id)) ??
      (await this.ledger.intend({ buildId: null, cloud, kind: 'image', name: image.name }));
    await this.ledger.hold(row, id);
    await this.ledger.keep(row);
    await this.rows.save({
      cloud,
      id,
      buildId: null,
      distroId,
      state: isCurrent ? 'current' : 'retired',
      sha512: image.hash.value,
      createdAt: image.createdAt,
      promotedAt: isCurrent ? now : null,
      retiredAt: isCurrent ? null : now,
    });
    try {
      await images.update(id, {
        properties: {
          ...ownershipProperties({ installationId: this.installation.id, buildId: 0 }),
          image_manager_distro: distroId,
        },
        tags: [...new Set([...image.tags, ...promotionTags(isCurrent ? 'current' : 'retired')])],
        ...(isCurrent || image.hidden
          ? {}
          : { hidden: true, name: retiredName(image.name, image.createdAt) }),
      });
    } catch (error) {
      // An answer can get lost: only where the image does not bear our mark it is foreign as before.
      const after = await images.find(id).catch(() => undefined);
      if (after && after.ownership?.installationId !== this.installation.id) {
        await this.rows.delete({ cloud, id });
        await this.ledger.release(row);
      }
      throw error;
    }
  }
}

type Adoptable = CloudImage & { hash: { algorithm: string; value: string } };

function isBootable({ name, status }: CloudImage, imageName: string): boolean {
  return name === imageName && status === 'active';
}
