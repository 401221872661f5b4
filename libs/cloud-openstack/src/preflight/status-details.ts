import type { CallOptions } from '@image-manager/cloud';
import type { OpenStackSession } from '../session/openstack-session.js';

/** What a person wants to see of a cloud that answers: whose it is for us, and which services it has. */
export async function readStatusDetails(
  session: OpenStackSession,
  { signal }: CallOptions,
): Promise<Record<string, string>> {
  const [{ project }, compute, image] = await Promise.all([
    session.scope(signal),
    session.endpoint('compute', signal),
    session.endpoint('image', signal),
  ]);
  return {
    project: project.name,
    glance: image.url,
    nova: compute.url,
    ...(compute.microversion === undefined ? {} : { novaMicroversion: compute.microversion }),
  };
}
