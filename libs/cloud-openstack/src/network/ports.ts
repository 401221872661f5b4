import type { CallOptions, CloudPort, CloudPorts } from '@image-manager/cloud';
import { z } from 'zod';
import { isResourceId } from '../resource-id.js';
import type { OpenStackSession } from '../session/openstack-session.js';

const portsSchema = z.object({
  ports: z.array(
    z.object({
      id: z.string(),
      name: z.string().nullish(),
      status: z.string(),
      device_id: z.string(),
      created_at: z.string().optional(),
    }),
  ),
});

/** As many ids as fit a URL. */
const IDS_PER_CALL = 50;

/** Nova makes a port for each server and deletes it with the server; Neutron knows it by the server's id alone. */
export class NeutronPorts implements CloudPorts {
  constructor(private readonly session: OpenStackSession) {}

  async list(serverIds: readonly string[], { signal }: CallOptions = {}): Promise<CloudPort[]> {
    const found: CloudPort[] = [];
    for (let begin = 0; begin < serverIds.length; begin += IDS_PER_CALL) {
      const ids = serverIds.slice(begin, begin + IDS_PER_CALL).filter(isResourceId);
      const { ports } = await this.session.request(
        {
          service: 'network',
          method: 'GET',
          path: `/ports?${ids.map((id) => `device_id=${id}`).join('&')}`,
          expected: [200],
          doing: 'Listing ports',
          signal,
        },
        portsSchema,
      );
      // Neutron passes over filters that it does not know.
      const ours = ports.filter((port) => ids.includes(port.device_id));
      found.push(
        ...ours.map((port) => ({
          id: port.id,
          name: port.name ?? '',
          status: port.status,
          serverId: port.device_id,
          createdAt: new Date(port.created_at ?? 0),
        })),
      );
    }
    return found;
  }

  async delete(id: string, { signal }: CallOptions = {}): Promise<void> {
    if (!isResourceId(id)) return;
    await this.session.command({
      service: 'network',
      method: 'DELETE',
      path: `/ports/${id}`,
      expected: [204, 404],
      doing: `Deleting port ${id}`,
      signal,
    });
  }
}
