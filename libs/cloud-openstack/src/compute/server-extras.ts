import { isCloudError, type CallOptions } from '@image-manager/cloud';
import { z } from 'zod';
import type { OpenStackSession } from '../session/openstack-session.js';

export async function hasKeypair(
  session: OpenStackSession,
  name: string,
  { signal }: CallOptions,
): Promise<boolean> {
  try {
    await session.command({
      service: 'compute',
      method: 'GET',
      path: `/os-keypairs/${encodeURIComponent(name)}`,
      expected: [200],
      doing: `Looking for key pair ${name}`,
      signal,
    });
    return true;
  } catch (error) {
    if (isCloudError(error, 'NOT_FOUND')) return false;
    throw error;
  }
}

const zonesSchema = z.object({ availabilityZoneInfo: z.array(z.object({ zoneName: z.string() })) });

/** @param zone may go on with a host, `zone:host`, as Nova takes it from administrators. */
export async function hasAvailabilityZone(
  session: OpenStackSession,
  zone: string,
  { signal }: CallOptions,
): Promise<boolean> {
  const { availabilityZoneInfo } = await session.request(
    {
      service: 'compute',
      method: 'GET',
      path: '/os-availability-zone',
      expected: [200],
      doing: 'Listing availability zones',
      signal,
    },
    zonesSchema,
  );
  const [name] = zone.split(':');
  return availabilityZoneInfo.some(({ zoneName }) => zoneName === name);
}
