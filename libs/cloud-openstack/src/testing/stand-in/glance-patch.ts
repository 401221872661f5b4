import type { StandInImage } from './cloud-state.js';
import { Refusal } from './refusal.js';

export interface PatchOperation {
  op: 'add' | 'replace' | 'remove';
  path: string;
  value?: unknown;
}

const ATTRIBUTES: Record<string, (image: StandInImage, value: unknown) => void> = {
  name: (image, value) => (image.name = value as string),
  os_hidden: (image, value) => (image.hidden = value as boolean),
  protected: (image, value) => (image.protected = value as boolean),
  visibility: (image, value) => (image.visibility = value as string),
  tags: (image, value) => (image.tags = [...new Set(value as string[])]),
  min_disk: (image, value) => (image.minDisk = value as number),
  min_ram: (image, value) => (image.minRam = value as number),
};

/** All of it or nothing. */
export function patchImage(image: StandInImage, operations: readonly PatchOperation[]): void {
  const changed = structuredClone(image);
  for (const { op, path, value } of operations) {
    const name = path.slice(1).replaceAll('~1', '/').replaceAll('~0', '~');
    const change = ATTRIBUTES[name];
    const isThere = Object.hasOwn(changed.properties, name);
    if (change) {
      if (op === 'remove') throw new Refusal(403, `Attribute '${name}' is read-only.`);
      change(changed, value);
    } else if (op !== 'add' && !isThere) {
      throw new Refusal(409, `Property ${name} does not exist.`);
    } else if (op === 'remove') {
      changed.properties = Object.fromEntries(
        Object.entries(changed.properties).filter(([property]) => property !== name),
      );
    } else {
      if (typeof value !== 'string') throw new Refusal(400, `Invalid value for property ${name}`);
      changed.properties[name] = value;
    }
  }
  Object.assign(image, changed);
}
