import type { RegisteredDistro } from './distro-registry.service.js';

/** `debian-12.yaml` and `debian-12.yml` would have one id: the first one has it, and the other one is broken. */
export function withoutTwins(distros: readonly RegisteredDistro[]): RegisteredDistro[] {
  const owners = new Map<string, RegisteredDistro>();
  const inOrder = [...distros].sort((a, b) => (a.file < b.file ? -1 : 1));
  return inOrder.map((distro) => {
    const { id, file } = distro;
    const owner = owners.get(id);
    if (!owner) {
      owners.set(id, distro);
      return distro;
    }
    const message = `has the same id as ${owner.file}, which counts: rename or remove one of them`;
    return { id: file, file, problems: [{ file, line: 1, field: 'id', code: 'OTHER' as const, message }] };
  });
}

/**
 * Users find an image by its name, and one visible image of ours bears it. Of the definitions that claim the same name, the
 * first one by id has it; the others are broken until they choose another.
 */
export function withoutTakenNames(distros: readonly RegisteredDistro[]): RegisteredDistro[] {
  const owners = new Map<string, RegisteredDistro>();
  const inOrder = [...distros].sort((a, b) => (a.id < b.id ? -1 : 1));
  return inOrder.map((distro) => {
    const { id, file, definition, imageNameLine: line = 1 } = distro;
    if (!definition) return distro;
    const { imageName } = definition;
    const owner = owners.get(imageName);
    if (!owner) {
      owners.set(imageName, distro);
      return distro;
    }
    const message = `is the name of ${owner.file}’s images already: users would see two of one name; found “${imageName}”`;
    const problem = { file, line, field: 'imageName', expected: owner.file, found: imageName, message };
    return { id, file, problems: [{ ...problem, code: 'NAME_TAKEN' as const }] };
  });
}
