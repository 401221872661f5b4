import { isCloudError, type CallOptions } from '@image-manager/cloud';
import type { OpenStackSession } from '../session/openstack-session.js';

/** Ids of what stands on an image. */
export interface SeenUsers {
  ids: string[];
  /** Whether other projects' were seen too. */
  allProjects: boolean;
}

/**
 * Lists in all projects where the credentials let us look, else in ours.
 *
 * @param list asks with these further query parameters.
 */
export async function listUsers(
  session: OpenStackSession,
  list: (query: Record<string, string>) => Promise<string[]>,
  { signal }: CallOptions,
): Promise<SeenUsers> {
  const { roles } = await session.scope(signal);
  if (roles.includes('admin')) {
    try {
      return { ids: await list({ all_tenants: 'true' }), allProjects: true };
    } catch (error) {
      if (!isCloudError(error, 'FORBIDDEN')) throw error;
    }
  }
  return { ids: await list({}), allProjects: false };
}
