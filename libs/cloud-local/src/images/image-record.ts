import { readOwnership, type CloudImage } from '@image-manager/cloud';
import { z } from 'zod';
import { processIdentitySchema } from '../process-identity.js';

/** What `image.json` holds. Times are ISO 8601, sizes bytes. */
export const imageRecordSchema = z.strictObject({
  format: z.literal(1),
  name: z.string().min(1),
  status: z.enum(['queued', 'saving', 'active']),
  hidden: z.boolean(),
  protected: z.boolean(),
  visibility: z.enum(['private', 'shared', 'community', 'public']),
  diskFormat: z.enum(['qcow2', 'raw']),
  minDiskGb: z.int().nonnegative(),
  minMemoryMb: z.int().nonnegative(),
  tags: z.array(z.string()),
  members: z.array(z.string()).optional(),
  properties: z.record(z.string(), z.string()),
  createdAt: z.iso.datetime(),
  updatedAt: z.iso.datetime(),
  /** While `saving`: the process that writes the data. */
  writer: processIdentitySchema.optional(),
  /** Once `active`. */
  sizeBytes: z.int().positive().optional(),
  sha512: z
    .string()
    .regex(/^[0-9a-f]{128}$/)
    .optional(),
});

export type ImageRecord = z.infer<typeof imageRecordSchema>;

export function toCloudImage(id: string, record: ImageRecord): CloudImage {
  const ownership = readOwnership(record.properties);
  return {
    id,
    name: record.name,
    status: record.status,
    hidden: record.hidden,
    protected: record.protected,
    visibility: record.visibility,
    diskFormat: record.diskFormat,
    ...(record.sizeBytes === undefined ? {} : { sizeBytes: record.sizeBytes }),
    ...(record.sha512 === undefined ? {} : { hash: { algorithm: 'sha512', value: record.sha512 } }),
    minDiskGb: record.minDiskGb,
    minMemoryMb: record.minMemoryMb,
    tags: [...record.tags],
    properties: { ...record.properties },
    ...(ownership ? { ownership } : {}),
    createdAt: new Date(record.createdAt),
    updatedAt: new Date(record.updatedAt),
  };
}
