import { BUILDER, type StandInImage } from './cloud-state.js';

export function imageDocument(image: StandInImage): object {
  const self = `/v2/images/${image.id}`;
  return {
    ...image.properties,
    name: image.name,
    disk_format: image.diskFormat,
    container_format: image.containerFormat,
    visibility: image.visibility,
    size: image.size,
    virtual_size: null,
    status: image.status,
    checksum: image.sha512?.slice(0, 32) ?? null,
    protected: image.protected,
    min_ram: image.minRam,
    min_disk: image.minDisk,
    owner: BUILDER.project.id,
    os_hidden: image.hidden,
    os_hash_algo: image.sha512 === null ? null : 'sha512',
    os_hash_value: image.sha512,
    id: image.id,
    created_at: image.createdAt,
    updated_at: image.updatedAt,
    tags: image.tags,
    self,
    file: `${self}/file`,
    schema: '/v2/schemas/image',
  };
}

export function imageVersions(origin: string): object {
  const version = (id: string, status: string) => ({
    id,
    status,
    links: [{ rel: 'self', href: `${origin}/image/v2/` }],
  });
  return {
    versions: [version('v2.15', 'CURRENT'), version('v2.9', 'SUPPORTED'), version('v2.0', 'SUPPORTED')],
  };
}
