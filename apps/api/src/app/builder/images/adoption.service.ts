import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { Not, Repository } from 'typeorm';
import { ownershipProperties } from '@image-manager/cloud';
import type { ImageView } from '@image-manager/contracts';
import { retiredName } from '@image-manager/pipeline';
import { DomainError } from '../../errors/index.js';
import { Clouds, ImageViews } from '../../openstack/index.js';
import { ImageEntity, Installation, Ledger } from '../../storage/index.js';
import { BuildEvents } from '../build-events.js';
import { DistrosService } from '../distros.service.js';
import { ImageSwitch } from './image-switch.service.js';

/** Makes a foreign image ours, because a person says so: from then on it can be rolled back to, and retention sees it. */
@Injectable()
export class Adoption {
  constructor(
    private readonly clouds: Clouds,
    private readonly distros: DistrosService,
    private readonly installation: Installation,
    private readonly ledger: Ledger,
    private readonly views: ImageViews,
    private readonly switches: ImageSwitch,
    private readonly events: BuildEvents,
    @InjectRepository(ImageEntity) private readonly rows: Repository<ImageEntity>,
  ) {}

  /** @throws DomainError UNKNOWN_CLOUD, UNKNOWN_IMAGE, UNKNOWN_DISTRO, ALREADY_OURS, NOT_ADOPTABLE */
  async adopt(cloud: string, id: string, distroId: string): Promise<ImageView> {
    const { definition } = this.distros.registered(distroId);
    const imageName = definition?.imageName;
    await this.switches.exclusively(cloud, distroId, async () => {
      const { images } = this.clouds.get(cloud);
      const image = await images.find(id);
      if (!image) {
        throw new DomainError('not-found', 'UNKNOWN_IMAGE', `There is no image ${id} in cloud ${cloud}`);
      }
      // One that was interrupted leaves a row for an image without our mark: it is done again.
      const isMarked = image.ownership?.installationId === this.installation.id;
      if (isMarked && (await this.rows.existsBy({ cloud, id }))) {
        throw new DomainError('conflict', 'ALREADY_OURS', `Image ${id} is ours already`);
      }
      if (image.status !== 'active' || image.hash?.algorithm !== 'sha512') {
        throw new DomainError(
          'conflict',
          'NOT_ADOPTABLE',
          `Image ${id} is ${image.status}${image.hash ? '' : ' and has no checksum'}: there is nothing that could be verified later`,
        );
      }
      // Users go on seeing the only image of its name; beside a current one of ours there must be no second.
      const hasCurrent = await this.rows.existsBy({ cloud, id: Not(id), distroId, state: 'current' });
      const isCurrent = !hasCurrent && !image.hidden && image.name === imageName;
      const properties = {
        ...ownershipProperties({ installationId: this.installation.id, buildId: 0 }),
        image_manager_distro: distroId,
      };
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
          properties,
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
    });
    this.events.images$.next({ cloud });
    return this.views.get(cloud, id);
  }
}
