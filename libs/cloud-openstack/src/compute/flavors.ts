import { CloudError, isCloudError, type CallOptions, type CloudFlavor } from '@image-manager/cloud';
import { z } from 'zod';
import { isResourceId } from '../resource-id.js';
import type { OpenStackSession } from '../session/openstack-session.js';
import { hasNextPage, pageLinks } from '../session/page-links.js';

const flavorSchema = z.object({
  id: z.string(),
  name: z.string(),
  vcpus: z.number(),
  ram: z.number(),
  disk: z.number(),
});
type FlavorDocument = z.infer<typeof flavorSchema>;

const PAGE_SIZE = 500;

export interface Flavor extends CloudFlavor {
  id: string;
}

/** The flavor of test servers, found by id or by name. */
export class Flavors {
  constructor(
    private readonly session: OpenStackSession,
    /** Id or name. */
    readonly wanted: string | undefined,
    /** Where a person sets it. */
    private readonly setting: string,
  ) {}

  /** @throws CloudError INVALID when none is configured, NOT_FOUND when there is none of that id or name. */
  async get({ signal }: CallOptions = {}): Promise<Flavor> {
    const { wanted } = this;
    if (wanted === undefined) {
      throw new CloudError('INVALID', 'user', 'No flavor is configured for test servers', {
        advice: `Set ${this.setting} to the id or name of a flavor.`,
      });
    }
    const document = (await this.byId(wanted, signal)) ?? (await this.byName(wanted, signal));
    if (document) return toFlavor(document);
    throw new CloudError('NOT_FOUND', 'user', `There is no flavor ${JSON.stringify(wanted)} in this cloud`, {
      advice: `Set ${this.setting} to the id or name of a flavor (\`openstack flavor list\` names them).`,
    });
  }

  private async byId(id: string, signal: AbortSignal | undefined): Promise<FlavorDocument | undefined> {
    // Nova's flavor ids may hold dots: names such as m1.tiny are tried as ids too.
    if (!isResourceId(id.replaceAll('.', ''))) return undefined;
    try {
      const { flavor } = await this.session.request(
        {
          service: 'compute',
          method: 'GET',
          path: `/flavors/${id}`,
          expected: [200],
          doing: `Reading flavor ${id}`,
          signal,
        },
        z.object({ flavor: flavorSchema }),
      );
      return flavor;
    } catch (error) {
      if (isCloudError(error, 'NOT_FOUND')) return undefined;
      throw error;
    }
  }

  private async byName(name: string, signal: AbortSignal | undefined): Promise<FlavorDocument | undefined> {
    let marker: string | undefined;
    for (;;) {
      const { flavors, flavors_links: links } = await this.session.request(
        {
          service: 'compute',
          method: 'GET',
          path: '/flavors/detail',
          query: { limit: String(PAGE_SIZE), ...(marker === undefined ? {} : { marker }) },
          expected: [200],
          doing: 'Listing flavors',
          signal,
        },
        z.object({ flavors: z.array(flavorSchema), flavors_links: pageLinks }),
      );
      const found = flavors.find((flavor) => flavor.name === name);
      if (found || !hasNextPage(links)) return found;
      marker = flavors.at(-1)?.id;
    }
  }
}

function toFlavor({ id, name, vcpus, ram, disk }: FlavorDocument): Flavor {
  return { id, name, vcpus, memoryMb: ram, diskGb: disk };
}
