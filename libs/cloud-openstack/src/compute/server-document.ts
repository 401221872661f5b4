import { readOwnership, type CloudServer, type ServerStatus } from '@image-manager/cloud';
import { z } from 'zod';

export const serverSchema = z.object({
  id: z.string(),
  name: z.string(),
  status: z.string(),
  /** An empty text for a server that boots from a volume. */
  image: z.union([z.object({ id: z.string() }), z.literal('')]).nullish(),
  fault: z.object({ message: z.string(), code: z.number().optional() }).nullish(),
  addresses: z.record(z.string(), z.array(z.object({ addr: z.string() }))).default({}),
  metadata: z.record(z.string(), z.string()).default({}),
  created: z.string(),
});
export type ServerDocument = z.infer<typeof serverSchema>;

/** @see https://docs.openstack.org/api-guide/compute/server_concepts.html#server-status */
const STATUSES: Record<string, ServerStatus> = {
  BUILD: 'BUILD',
  ACTIVE: 'ACTIVE',
  // What people can do to a test server; it comes back from these by itself.
  PASSWORD: 'ACTIVE',
  REBOOT: 'BUILD',
  HARD_REBOOT: 'BUILD',
  REBUILD: 'BUILD',
  MIGRATING: 'BUILD',
  RESIZE: 'BUILD',
  SHUTOFF: 'SHUTOFF',
  PAUSED: 'SHUTOFF',
  SUSPENDED: 'SHUTOFF',
  RESCUE: 'SHUTOFF',
  SHELVED: 'SHUTOFF',
  SHELVED_OFFLOADED: 'SHUTOFF',
  DELETED: 'DELETED',
  SOFT_DELETED: 'DELETED',
};

export function toCloudServer(document: ServerDocument): CloudServer {
  const { image, fault, metadata } = document;
  const ownership = readOwnership(metadata);
  return {
    id: document.id,
    name: document.name,
    status: STATUSES[document.status] ?? 'ERROR',
    ...(image ? { imageId: image.id } : {}),
    ...(fault ? { fault: fault.message } : {}),
    addresses: Object.values(document.addresses).flatMap((ports) => ports.map(({ addr }) => addr)),
    metadata,
    ...(ownership ? { ownership } : {}),
    createdAt: new Date(document.created),
  };
}
