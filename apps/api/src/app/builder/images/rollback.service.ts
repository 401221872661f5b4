import { Injectable } from '@nestjs/common';
import type { ImageView } from '@image-manager/contracts';
import { DomainError } from '../../errors/index.js';
import { ImageViews } from '../../openstack/index.js';
import { ImageSwitch } from './image-switch.service.js';
import { OurImages, presentationOf } from './our-images.service.js';

/** Gives users a retired image back. */
@Injectable()
export class Rollback {
  constructor(
    private readonly ours: OurImages,
    private readonly views: ImageViews,
    private readonly switches: ImageSwitch,
  ) {}

  /** @throws DomainError UNKNOWN_CLOUD, UNKNOWN_IMAGE, FOREIGN_IMAGE, NOT_A_TARGET, NO_DEFINITION, CHECKSUM_MISMATCH */
  async to(cloud: string, id: string): Promise<ImageView> {
    const { row } = await this.ours.get(cloud, id);
    const definition = await this.ours.definitionOf(row.distroId, row.buildId);
    if (!definition) {
      throw new DomainError(
        'conflict',
        'NO_DEFINITION',
        `The definition ${row.distroId} of image ${id} is gone`,
      );
    }
    await this.switches.exclusively(cloud, row.distroId, async () => {
      // What was true a moment ago need not be, now that it is our turn.
      const { image, row: now } = await this.ours.get(cloud, id);
      if (now.state !== 'retired') {
        throw new DomainError(
          'conflict',
          'NOT_A_TARGET',
          `Image ${id} in cloud ${cloud} is ${now.state}; only a retired image can be rolled back to: choose one of those that Stands lists as retired`,
        );
      }
      if (image.status !== 'active') {
        throw new DomainError(
          'conflict',
          'NOT_A_TARGET',
          `Image ${id} is ${image.status} in cloud ${cloud}, not active`,
        );
      }
      if (image.hash?.value !== now.sha512) {
        throw new DomainError(
          'conflict',
          'CHECKSUM_MISMATCH',
          `Image ${id} does not have the bytes that were tested: its checksum is ${image.hash?.value ?? 'missing'}, recorded is ${now.sha512}`,
        );
      }
      await this.switches.run(
        {
          cloud,
          distroId: now.distroId,
          targetId: id,
          kind: 'rollback',
          buildId: null,
          presentation: presentationOf(definition),
        },
        () => Promise.resolve(),
      );
    });
    return this.views.get(cloud, id);
  }
}
