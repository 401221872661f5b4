import type { CallOptions, CloudQuota } from '@image-manager/cloud';
import { z } from 'zod';
import type { OpenStackSession } from '../session/openstack-session.js';

const limitsSchema = z.object({
  limits: z.object({
    absolute: z.object({
      maxTotalInstances: z.number(),
      totalInstancesUsed: z.number(),
      maxTotalCores: z.number(),
      totalCoresUsed: z.number(),
      maxTotalRAMSize: z.number(),
      totalRAMUsed: z.number(),
    }),
  }),
});

/** @see https://docs.openstack.org/api-ref/compute/#show-rate-and-absolute-limits */
export async function readComputeQuota(
  session: OpenStackSession,
  { signal }: CallOptions,
): Promise<CloudQuota[]> {
  const { limits } = await session.request(
    {
      service: 'compute',
      method: 'GET',
      path: '/limits',
      expected: [200],
      doing: 'Reading the quota of servers',
      signal,
    },
    limitsSchema,
  );
  const { absolute } = limits;
  return [
    entry('servers', absolute.totalInstancesUsed, absolute.maxTotalInstances),
    entry('cores', absolute.totalCoresUsed, absolute.maxTotalCores),
    entry('memoryMb', absolute.totalRAMUsed, absolute.maxTotalRAMSize),
  ];
}

/** OpenStack says -1 for "as much as there is". */
export function entry(resource: CloudQuota['resource'], used: number, limit: number): CloudQuota {
  return { resource, used, ...(limit < 0 ? {} : { limit }) };
}
