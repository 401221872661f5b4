import type { ImageChanges } from '@image-manager/cloud';

/** @see https://docs.openstack.org/glance/latest/user/glanceapi.html and RFC 6902 as Glance 2.1 understands it. */
export const PATCH_TYPE = 'application/openstack-images-v2.1-json-patch';

export interface PatchOperation {
  op: 'add' | 'replace' | 'remove';
  path: string;
  value?: unknown;
}

/**
 * All changes as one patch, so that they are made in one request.
 *
 * @param there the names of the custom properties that the image has: what is not there cannot be removed.
 */
export function imagePatch(changes: ImageChanges, there: ReadonlySet<string>): PatchOperation[] {
  const operations: PatchOperation[] = [];
  const replace = (name: string, value: unknown) => {
    if (value !== undefined) operations.push({ op: 'replace', path: `/${name}`, value });
  };
  replace('name', changes.name);
  replace('os_hidden', changes.hidden);
  replace('protected', changes.protected);
  replace('visibility', changes.visibility);
  replace('tags', changes.tags);
  for (const [name, value] of Object.entries(changes.properties ?? {})) {
    const path = `/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`;
    if (value !== null) operations.push({ op: 'add', path, value });
    else if (there.has(name)) operations.push({ op: 'remove', path });
  }
  return operations;
}
