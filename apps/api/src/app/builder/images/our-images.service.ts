import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { Repository } from 'typeorm';
import type { CloudImage } from '@image-manager/cloud';
import type { DistroDefinition } from '@image-manager/contracts';
import { DomainError } from '../../errors/index.js';
import { Clouds } from '../../openstack/index.js';
import { BuildEntity, ImageEntity, Installation, type Presentation } from '../../storage/index.js';
import { DistroRegistry } from '../distro-registry.service.js';

/** What is ours in a cloud: by the mark on the image *and* by the database's row. */
@Injectable()
export class OurImages {
  constructor(
    private readonly clouds: Clouds,
    private readonly installation: Installation,
    private readonly registry: DistroRegistry,
    @InjectRepository(ImageEntity) private readonly rows: Repository<ImageEntity>,
    @InjectRepository(BuildEntity) private readonly builds: Repository<BuildEntity>,
  ) {}

  /** What users see of ours: the images of a definition, and those of any other that bear the same name. */
  async visible(cloud: string, distroId: string, imageName: string): Promise<CloudImage[]> {
    const [found, known] = await Promise.all([
      this.clouds.get(cloud).images.list({ installationId: this.installation.id }),
      this.rows.findBy({ cloud }),
    ]);
    const byId = new Map(known.map((row) => [row.id, row]));
    return found.filter(({ id, name, hidden }) => {
      const row = byId.get(id);
      return !hidden && row !== undefined && (row.distroId === distroId || name === imageName);
    });
  }

  /** @throws DomainError UNKNOWN_CLOUD, UNKNOWN_IMAGE, FOREIGN_IMAGE */
  async get(cloud: string, id: string): Promise<{ image: CloudImage; row: ImageEntity }> {
    const image = await this.clouds.get(cloud).images.find(id);
    const row = await this.rows.findOneBy({ cloud, id });
    if (!image)
      throw new DomainError('not-found', 'UNKNOWN_IMAGE', `There is no image ${id} in cloud ${cloud}`);
    if (!row || image.ownership?.installationId !== this.installation.id) {
      throw new DomainError(
        'conflict',
        'FOREIGN_IMAGE',
        `Image ${id} was not made by this installation: adopt it first`,
      );
    }
    return { image, row };
  }

  /** The definition as it stands now; for one that is gone or broken, as it was when the image was built. */
  async definitionOf(distroId: string, buildId: number | null): Promise<DistroDefinition | undefined> {
    const registered = this.registry.find(distroId)?.definition;
    if (registered) return registered;
    const build = buildId === null ? null : await this.builds.findOneBy({ id: buildId });
    return build?.definition;
  }
}

export function presentationOf(definition: DistroDefinition): Presentation {
  const { imageName, visibility, members, tags } = definition;
  return { imageName, visibility, protected: definition.protected, tags, members };
}
