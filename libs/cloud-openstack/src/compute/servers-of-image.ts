import type { CallOptions } from '@image-manager/cloud';
import { z } from 'zod';
import { listUsers, type SeenUsers } from '../image/seen-users.js';
import type { OpenStackSession } from '../session/openstack-session.js';
import { hasNextPage, pageLinks } from '../session/page-links.js';

const PAGE_SIZE = 500;
const serversSchema = z.object({
  servers: z.array(z.object({ id: z.string() })),
  servers_links: pageLinks,
});

/** The servers that were made from an image, in all projects where the credentials let us look. */
export class ServersOfImage {
  constructor(private readonly session: OpenStackSession) {}

  find(imageId: string, options: CallOptions): Promise<SeenUsers> {
    return listUsers(this.session, (query) => this.list(imageId, query, options), options);
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
