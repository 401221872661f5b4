import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { In, Repository } from 'typeorm';
import type { CallOptions, CloudImage } from '@image-manager/cloud';
import type { ImageView } from '@image-manager/contracts';
import { ImageEntity, Installation } from '../storage/index.js';
import { Clouds } from './clouds.js';

/** Images as people see them: the cloud's word on what exists, the database's on what it is to us. */
@Injectable()
export class ImageViews {
  constructor(
    private readonly clouds: Clouds,
    private readonly installation: Installation,
    @InjectRepository(ImageEntity) private readonly images: Repository<ImageEntity>,
  ) {}

  /** Everything in the cloud that bears our mark or one of these names, newest first. */
  async ofCloud(name: string, options: CallOptions = {}): Promise<ImageView[]> {
    const cloud = this.clouds.get(name);
    const [found, known] = await Promise.all([
      cloud.images.list({}, options),
      this.images.findBy({ cloud: name }),
    ]);
    const byId = new Map(known.map((row) => [row.id, row]));
    return found
      .map((image) => this.view(name, image, byId.get(image.id)))
      .sort((a, b) => b.createdAt.localeCompare(a.createdAt));
  }

  /** @throws DomainError UNKNOWN_CLOUD; CloudError NOT_FOUND */
  async get(name: string, id: string): Promise<ImageView> {
    const [image, row] = await Promise.all([
      this.clouds.get(name).images.get(id),
      this.images.findOneBy({ cloud: name, id }),
    ]);
    return this.view(name, image, row ?? undefined);
  }

  /** @throws DomainError UNKNOWN_CLOUD */
  async find(name: string, id: string): Promise<ImageView | undefined> {
    const [image, row] = await Promise.all([
      this.clouds.get(name).images.find(id),
      this.images.findOneBy({ cloud: name, id }),
    ]);
    return image && this.view(name, image, row ?? undefined);
  }

  /** What a build made, as far as its clouds still have it. */
  async ofBuild(buildId: number): Promise<ImageView[]> {
    return this.fromRows(await this.images.findBy({ buildId }));
  }

  /** The current image of each definition and cloud. */
  async current(distroId?: string): Promise<ImageView[]> {
    return this.fromRows(
      await this.images.findBy({ state: In(['current']), ...(distroId === undefined ? {} : { distroId }) }),
    );
  }

  private async fromRows(rows: ImageEntity[]): Promise<ImageView[]> {
    const views = await Promise.all(
      rows.map(async (row) => {
        // An unreachable cloud must not take the page down with it.
        const image = this.clouds.names.includes(row.cloud)
          ? await this.clouds
              .get(row.cloud)
              .images.find(row.id)
              .catch(() => undefined)
          : undefined;
        return image && this.view(row.cloud, image, row);
      }),
    );
    return views.filter((view) => view !== undefined);
  }

  private view(cloud: string, image: CloudImage, row: ImageEntity | undefined): ImageView {
    const ours = row !== undefined && image.ownership?.installationId === this.installation.id;
    return {
      id: image.id,
      cloud,
      name: image.name,
      ours,
      ...(ours
        ? {
            state: row.state,
            distroId: row.distroId,
            ...(row.buildId === null ? {} : { buildId: row.buildId }),
          }
        : {}),
      status: image.status,
      hidden: image.hidden,
      protected: image.protected,
      visibility: image.visibility,
      diskFormat: image.diskFormat,
      ...(image.sizeBytes === undefined ? {} : { sizeBytes: image.sizeBytes }),
      ...(image.hash === undefined ? {} : { checksum: image.hash }),
      minDiskGb: image.minDiskGb,
      minMemoryMb: image.minMemoryMb,
      properties: image.properties,
      createdAt: image.createdAt.toISOString(),
    };
  }
}
