import { z } from 'zod';

/** What Nova and Cinder put beside a page: `servers_links`, `volumes_links`, … */
export const pageLinks = z.array(z.object({ rel: z.string() })).optional();

/** Whether a list goes on. A service may be set to smaller pages than one asks for: the number of items says nothing. */
export function hasNextPage(links: z.infer<typeof pageLinks>): boolean {
  return links?.some(({ rel }) => rel === 'next') ?? false;
}
