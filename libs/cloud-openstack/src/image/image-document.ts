import { readOwnership, type CloudImage, type CloudImageStatus, type Visibility } from '@image-manager/cloud';
import { z } from 'zod';

/** What Glance says of an image; whatever it does not name here is a custom property. */
export const imageSchema = z.looseObject({
  id: z.string(),
  name: z.string().nullish(),
  status: z.string(),
  os_hidden: z.boolean().default(false),
  protected: z.boolean().default(false),
  visibility: z.string(),
  disk_format: z.string().nullish(),
  size: z.number().nullish(),
  os_hash_algo: z.string().nullish(),
  os_hash_value: z.string().nullish(),
  min_disk: z.number().nullish(),
  min_ram: z.number().nullish(),
  tags: z.array(z.string()).default([]),
  created_at: z.string(),
  updated_at: z.string(),
});
export type ImageDocument = z.infer<typeof imageSchema>;

export const imageListSchema = z.object({ images: z.array(imageSchema), next: z.string().nullish() });

/** Glance's own attributes beside those of the schema. */
const BASE_ATTRIBUTES = new Set([
  ...Object.keys(imageSchema.shape),
  'container_format',
  'checksum',
  'virtual_size',
  'owner',
  'owner_specified',
  'self',
  'file',
  'schema',
  'direct_url',
  'locations',
  'stores',
  'os_glance_import_task',
  'os_glance_importing_to_stores',
  'os_glance_failed_import',
]);

const STATUSES: Record<string, CloudImageStatus> = {
  queued: 'queued',
  saving: 'saving',
  uploading: 'saving',
  importing: 'saving',
  active: 'active',
  deactivated: 'deactivated',
  deleted: 'deleted',
  pending_delete: 'deleted',
  killed: 'error',
};

export function toCloudImage(document: ImageDocument): CloudImage {
  const properties = customProperties(document);
  const ownership = readOwnership(properties);
  const { os_hash_algo: algorithm, os_hash_value: value } = document;
  return {
    id: document.id,
    name: document.name ?? '',
    status: STATUSES[document.status] ?? 'error',
    hidden: document.os_hidden,
    protected: document.protected,
    visibility: document.visibility as Visibility,
    diskFormat: document.disk_format ?? '',
    ...(typeof document.size === 'number' ? { sizeBytes: document.size } : {}),
    ...(typeof algorithm === 'string' && typeof value === 'string' ? { hash: { algorithm, value } } : {}),
    minDiskGb: document.min_disk ?? 0,
    minMemoryMb: document.min_ram ?? 0,
    tags: [...document.tags].sort(),
    properties,
    ...(ownership ? { ownership } : {}),
    createdAt: new Date(document.created_at),
    updatedAt: new Date(document.updated_at),
  };
}

function customProperties(document: ImageDocument): Record<string, string> {
  const entries = Object.entries(document).filter(
    ([name, value]) => !BASE_ATTRIBUTES.has(name) && typeof value === 'string',
  );
  return Object.fromEntries(entries) as Record<string, string>;
}
