import type { CallOptions } from '@image-manager/cloud';
import { z } from 'zod';
import { listUsers, type SeenUsers } from '../image/seen-users.js';
import type { OpenStackSession } from '../session/openstack-session.js';
import { hasNextPage, pageLinks } from '../session/page-links.js';

const PAGE_SIZE = 500;
const volumesSchema = z.object({
  volumes: z.array(
    z.object({ id: z.string(), volume_image_metadata: z.record(z.string(), z.unknown()).nullish() }),
  ),
  volumes_links: pageLinks,
});

/** The volumes that were made from an image; a cloud without Cinder has none. */
export class VolumesOfImage {
  constructor(private readonly session: OpenStackSession) {}

  async find(imageId: string, options: CallOptions): Promise<SeenUsers> {
    if (!(await this.session.hasService('volume', options.signal))) return { ids: [], allProjects: true };
    return listUsers(this.session, (query) => this.list(imageId, query, options), options);
  }

  private async list(
    imageId: string,
    query: Record<string, string>,
    { signal }: CallOptions,
  ): Promise<string[]> {
    const found: string[] = [];
    let marker: string | undefined;
    for (;;) {
      const { volumes, volumes_links: links } = await this.session.request(
        {
          service: 'volume',
          method: 'GET',
          path: '/volumes/detail',
          query: { ...query, limit: String(PAGE_SIZE), ...(marker === undefined ? {} : { marker }) },
          expected: [200],
          doing: `Asking which volumes use image ${imageId}`,
          signal,
        },
        volumesSchema,
      );
      // Cinder's own filter for it is switched off in many clouds.
      const using = volumes.filter((volume) => volume.volume_image_metadata?.['image_id'] === imageId);
      found.push(...using.map(({ id }) => id));
      marker = volumes.at(-1)?.id;
      if (!hasNextPage(links)) return found;
    }
  }
}
