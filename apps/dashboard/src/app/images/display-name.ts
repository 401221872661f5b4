import type { DistroView } from '@image-manager/contracts';

/** What people call an image definition; a broken one is called by its id. */
export function displayName(distro: DistroView): string {
  return distro.definition?.displayName ?? distro.id;
}
