import { CloudError, type CallOptions } from '@image-manager/cloud';
import { z } from 'zod';
import type { OpenStackSession } from '../session/openstack-session.js';

const networksSchema = z.object({
  networks: z.array(z.object({ name: z.string(), 'router:external': z.boolean().optional() })),
});
const groupsSchema = z.object({ security_groups: z.array(z.object({ id: z.string(), name: z.string() })) });

/** The network of test servers, found by id or by name. */
export class Networks {
  constructor(
    private readonly session: OpenStackSession,
    /** Id or name; absent: Nova chooses. */
    readonly wanted: string | undefined,
    /** Where a person sets it. */
    private readonly setting: string,
  ) {}

  /** @throws CloudError NOT_FOUND when there is none, CONFLICT when the name fits several. */
  async id({ signal }: CallOptions = {}): Promise<string | undefined> {
    const { wanted } = this;
    if (wanted === undefined) return undefined;
    const list = (query: Record<string, string>) =>
      this.session.request(
        {
          service: 'network',
          method: 'GET',
          path: '/networks',
          query: { ...query, fields: 'id' },
          expected: [200],
          doing: `Looking for network ${wanted}`,
          signal,
        },
        z.object({ networks: z.array(z.object({ id: z.string() })) }),
      );
    const [byId] = (await list({ id: wanted })).networks;
    if (byId) return byId.id;
    const [byName, another] = (await list({ name: wanted })).networks;
    if (another) {
      throw new CloudError('CONFLICT', 'user', `Several networks have the name ${JSON.stringify(wanted)}`, {
        advice: `Set ${this.setting} to the id of one of them.`,
      });
    }
    if (byName) return byName.id;
    throw new CloudError(
      'NOT_FOUND',
      'user',
      `There is no network ${JSON.stringify(wanted)} in this project`,
      {
        advice: `Set ${this.setting} to the id or name of a network (\`openstack network list\` names them).`,
      },
    );
  }

  /** @throws CloudError CONFLICT when none is configured and there are several: Nova refuses to choose then. */
  async assertOneToChoose({ signal }: CallOptions = {}): Promise<void> {
    const { networks } = await this.session.request(
      {
        service: 'network',
        method: 'GET',
        path: '/networks',
        expected: [200],
        doing: 'Listing networks',
        signal,
      },
      networksSchema,
    );
    const names = networks.filter((network) => network['router:external'] !== true).map(({ name }) => name);
    if (names.length <= 1) return;
    throw new CloudError('CONFLICT', 'user', `The project has several networks: ${names.join(', ')}`, {
      advice: `Say which one test servers get with ${this.setting}.`,
    });
  }

  async hasSecurityGroup(nameOrId: string, { signal }: CallOptions = {}): Promise<boolean> {
    const { security_groups: groups } = await this.session.request(
      {
        service: 'network',
        method: 'GET',
        path: '/security-groups',
        expected: [200],
        doing: 'Listing security groups',
        signal,
      },
      groupsSchema,
    );
    return groups.some(({ id, name }) => id === nameOrId || name === nameOrId);
  }
}
