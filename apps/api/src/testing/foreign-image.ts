import { createHash, randomUUID } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** An image that somebody else put into the local cloud, where users see it. @returns its id. */
export function addForeignImage(storagePath: string, name: string): string {
  const id = randomUUID();
  const folder = join(storagePath, 'clouds/local/images', id);
  const bytes = Buffer.from('somebody else’s');
  mkdirSync(folder);
  writeFileSync(join(folder, 'data'), bytes);
  const record = {
    format: 1,
    name,
    status: 'active',
    hidden: false,
    protected: false,
    visibility: 'public',
    diskFormat: 'raw',
    minDiskGb: 1,
    minMemoryMb: 64,
    tags: [],
    properties: {},
    createdAt: '2026-01-02T03:04:05.000Z',
    updatedAt: '2026-01-02T03:04:05.000Z',
    sizeBytes: bytes.length,
    sha512: createHash('sha512').update(bytes).digest('hex'),
  };
  writeFileSync(join(folder, 'image.json'), JSON.stringify(record));
  return id;
}
