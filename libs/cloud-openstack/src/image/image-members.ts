import type { CallOptions } from '@image-manager/cloud';
import { z } from 'zod';
import type { OpenStackSession } from '../session/openstack-session.js';

const membersSchema = z.object({ members: z.array(z.object({ member_id: z.string() })) });

/** Makes exactly these projects members. They accept the image themselves before it is listed to them. */
export async function setMembers(
  session: OpenStackSession,
  imageId: string,
  projectIds: readonly string[],
  { signal }: CallOptions,
): Promise<void> {
  const path = `/images/${encodeURIComponent(imageId)}/members`;
  const doing = `Sharing image ${imageId}`;
  const { members } = await session.request(
    { service: 'image', method: 'GET', path, expected: [200], doing, signal },
    membersSchema,
  );
  const there = new Set(members.map(({ member_id: id }) => id));
  for (const id of projectIds) {
    if (there.delete(id)) continue;
    // 409: somebody else made it a member at the same moment.
    await session.command({
      service: 'image',
      method: 'POST',
      path,
      json: { member: id },
      expected: [200, 409],
      doing,
      signal,
    });
  }
  for (const id of there) {
    await session.command({
      service: 'image',
      method: 'DELETE',
      path: `${path}/${encodeURIComponent(id)}`,
      expected: [204, 404],
      doing,
      signal,
    });
  }
}
