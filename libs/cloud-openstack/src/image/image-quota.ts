import { isCloudError, type CallOptions, type CloudQuota } from '@image-manager/cloud';
import { z } from 'zod';
import { entry } from '../compute/compute-quota.js';
import type { OpenStackSession } from '../session/openstack-session.js';

const amount = z.object({ limit: z.number(), usage: z.number() }).optional();
const usageSchema = z.object({ usage: z.object({ image_size_total: amount, image_count_total: amount }) });
const MIB = 1024 ** 2;

/**
 * Glance has quotas since Yoga, where the administrator switched them on.
 *
 * @see https://docs.openstack.org/api-ref/image/v2/#quota-usage
 */
export async function readImageQuota(
  session: OpenStackSession,
  { signal }: CallOptions,
): Promise<CloudQuota[]> {
  try {
    const { usage } = await session.request(
      {
        service: 'image',
        method: 'GET',
        path: '/info/usage',
        expected: [200],
        doing: 'Reading the quota of images',
        signal,
      },
      usageSchema,
    );
    const { image_size_total: size, image_count_total: count } = usage;
    return [
      ...(count ? [entry('images', count.usage, count.limit)] : []),
      ...(size ? [entry('imageBytes', size.usage * MIB, size.limit < 0 ? -1 : size.limit * MIB)] : []),
    ];
  } catch (error) {
    if (isCloudError(error, 'NOT_FOUND') || isCloudError(error, 'FORBIDDEN')) return [];
    throw error;
  }
}
