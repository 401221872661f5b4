import { isCloudError, type CallOptions } from '@image-manager/cloud';
import { z } from 'zod';
import type { OpenStackSession } from '../session/openstack-session.js';
import { hasNextPage, pageLinks } from '../session/page-links.js';

const PAGE_SIZE = 500;
const serversSchema = z.object({
  servers: z.array(z.object({ id: z.string() })),
  servers_links: pageLinks,
});

export interface SeenUsers {
  ids: string[];
  /** Whether other projects' were seen too. */
  allProjects: boolean;
}

/** The servers that were made from an image, in all projects where the credentials let us look. */
export class ServersOfImage {
  constructor(private readonly session: OpenStackSession) {}

  async find(imageId: string, options: CallOptions): Promise<SeenUsers> {
    const { roles } = await this.session.scope(options.signal);
    if (roles.includes('admin')) {
      try {
        return { ids: await this.list(imageId, { all_tenants: 'true' }, options), allProjects: true };
      } catch (error) {
        if (!isCloudError(error, 'FORBIDDEN')) throw error;
      }
    }
    return { ids: await this.list(imageId, {}, options), allProjects: false };
  }

  private async list(
    imageId: string,
    query: Record<string, string>,
    { signal }: CallOptions,
  ): Promise<string[]> {
    const ids: string[] = [];
    for (;;) {
      const marker = ids.at(-1);
      const { servers, servers_links: links } = await this.session.request(
        {
          service: 'compute',
          method: 'GET',
          path: '/servers',
          query: {
            ...query,
            image: imageId,
            limit: String(PAGE_SIZE),
            ...(marker === undefined ? {} : { marker }),
          },
          expected: [200],
          doing: `Asking which servers use image ${imageId}`,
          signal,
        },
        serversSchema,
      );
      ids.push(...servers.map(({ id }) => id));
      if (!hasNextPage(links)) return ids;
    }
  }
}
