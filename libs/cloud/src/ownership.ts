import type { Ownership } from './cloud.js';

/** Image property and server metadata key: the installation that made the resource. */
export const INSTALLATION_PROPERTY = 'image_manager_installation';
/** Image property and server metadata key: the number of the build that made the resource. */
export const BUILD_PROPERTY = 'image_manager_build';

/** The properties that mark a resource as ours; values hold well under Nova's limit of 255 characters. */
export function ownershipProperties(ownership: Ownership): Record<string, string> {
  return {
    [INSTALLATION_PROPERTY]: ownership.installationId,
    [BUILD_PROPERTY]: String(ownership.buildId),
  };
}

/** Reads the mark back; undefined for a foreign resource, and for one whose mark is incomplete or damaged. */
export function readOwnership(properties: Readonly<Record<string, string>>): Ownership | undefined {
  const installationId = properties[INSTALLATION_PROPERTY];
  const build = properties[BUILD_PROPERTY];
  if (!installationId || !build || !/^(0|[1-9]\d{0,14})$/.test(build)) return undefined;
  return { installationId, buildId: Number(build) };
}
