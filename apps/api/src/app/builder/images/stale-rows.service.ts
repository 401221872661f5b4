import { Injectable, Logger } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { Repository } from 'typeorm';
import { isCloudError, type CallOptions, type CloudImage, type CloudImages } from '@image-manager/cloud';
import { Clouds } from '../../openstack/index.js';
import { ImageEntity, Installation, Ledger } from '../../storage/index.js';
import { promotionTags } from './promotion-tags.js';

/** Rows that say of an image what its cloud no longer does: the cloud is right. */
@Injectable()
export class StaleRows {
  private readonly logger = new Logger(StaleRows.name);

  constructor(
    private readonly clouds: Clouds,
    private readonly installation: Installation,
    private readonly ledger: Ledger,
    @InjectRepository(ImageEntity) private readonly rows: Repository<ImageEntity>,
  ) {}

  /**
   * Images that users no longer saw and that are gone from their cloud, while our rows still count on them: a crash came
   * between a deletion and our word of it, or somebody else deleted them.
   *
   * @throws DomainError UNKNOWN_CLOUD; CloudError
   */
  async settleGone(cloud: string, options: CallOptions = {}): Promise<void> {
    const { images } = this.clouds.get(cloud);
    const rows = await this.rows.findBy({ cloud });
    const listed = new Set((await images.list({}, options)).map(({ id }) => id));
    // Where what users boot is missing as well, we may be looking at another project than the one that our rows tell of.
    if (rows.some(({ id, state }) => state === 'current' && !listed.has(id))) return;
    for (const row of rows) {
      if ((row.state !== 'retired' && row.state !== 'rejected') || listed.has(row.id)) continue;
      if (await isGone(images, row.id, options)) await this.forget(row);
    }
  }

  /**
   * What is called current although users do not see it: somebody else deleted or hid it, or the database is older than the
   * cloud. Inside {@link ImageSwitch.exclusively}, and only when a person is about to name another image current.
   */
  async settleCurrent(cloud: string, distroId: string): Promise<void> {
    const { images } = this.clouds.get(cloud);
    for (const row of await this.rows.findBy({ cloud, distroId, state: 'current' })) {
      const image = await images.find(row.id);
      if (!image) await this.forget(row);
      else if (image.hidden) {
        await this.rows.update({ cloud, id: row.id }, { state: 'retired', retiredAt: new Date() });
      }
    }
  }

  /**
   * A database that was restored does not know what was promoted since: such an image would stay visible beside the next one.
   * What bears our mark, the definition's id and the tags of a promotion, which a snapshot of a server does not have, is taken for
   * what the cloud says it is. It is hidden in its turn like any other; nothing is deleted for it. Inside
   * {@link ImageSwitch.exclusively}.
   */
  async attachCurrent(cloud: string, distroId: string): Promise<void> {
    const marked = await this.clouds.get(cloud).images.list({ installationId: this.installation.id });
    for (const image of marked) {
      const { id, name, hash } = image;
      if (!bearsPromotion(image, distroId) || hash?.algorithm !== 'sha512') continue;
      if (await this.rows.existsBy({ cloud, id })) continue;
      const entry =
        (await this.ledger.find(cloud, 'image', id)) ??
        (await this.ledger.intend({ buildId: null, cloud, kind: 'image', name }));
      await this.ledger.hold(entry, id);
      await this.ledger.keep(entry);
      await this.rows.save({
        cloud,
        id,
        // The database does not know the build that the image names.
        buildId: null,
        distroId,
        state: 'current',
        sha512: hash.value,
        createdAt: image.createdAt,
        promotedAt: image.updatedAt,
        retiredAt: null,
      });
      this.logger.warn(
        `image ${id} in cloud ${cloud} is a current one of ours that the database did not know: it is looked after again`,
      );
    }
  }

  private async forget({ cloud, id, state }: ImageEntity): Promise<void> {
    const { affected } = await this.rows.update({ cloud, id, state }, { state: 'deleted' });
    const entry = affected === 0 ? null : await this.ledger.find(cloud, 'image', id);
    if (entry) await this.ledger.release(entry);
  }
}

/** What cannot be read is there. */
async function isGone(images: CloudImages, id: string, options: CallOptions): Promise<boolean> {
  try {
    return (await images.find(id, options)) === undefined;
  } catch (error) {
    if (isCloudError(error, 'UNKNOWN')) return false;
    throw error;
  }
}

function bearsPromotion({ hidden, status, tags, properties }: CloudImage, distroId: string): boolean {
  return (
    !hidden &&
    status === 'active' &&
    properties['image_manager_distro'] === distroId &&
    promotionTags('current').every((tag) => tags.includes(tag))
  );
}
