import type { CallOptions, CloudImage, ImageUse } from '@image-manager/cloud';
import type { ServersOfImage } from '../compute/servers-of-image.js';
import type { VolumesOfImage } from '../volume/volumes-of-image.js';

/** Who stands on an image: servers by Nova's word, volumes by Cinder's. */
export class ImageUsers {
  constructor(
    private readonly servers: ServersOfImage,
    private readonly volumes: VolumesOfImage,
  ) {}

  async serversOf(imageId: string, options: CallOptions): Promise<string[]> {
    return (await this.servers.find(imageId, options)).ids;
  }

  /** @param find reads the image: one that other projects may boot can have users whom only an administrator sees. */
  async of(
    imageId: string,
    find: () => Promise<CloudImage | undefined>,
    options: CallOptions,
  ): Promise<ImageUse> {
    const [servers, volumes, image] = await Promise.all([
      this.servers.find(imageId, options),
      this.volumes.find(imageId, options),
      find(),
    ]);
    const seesAll = servers.allProjects && volumes.allProjects;
    const unseen =
      image && image.visibility !== 'private' && !seesAll
        ? `The image is ${image.visibility}, and these credentials do not see the ${servers.allProjects ? 'volumes' : 'servers'} of other projects`
        : undefined;
    return { servers: servers.ids, volumes: volumes.ids, ...(unseen === undefined ? {} : { unseen }) };
  }
}
