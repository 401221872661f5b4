import { CloudError } from '@image-manager/cloud';

/** `networks: auto` @see https://docs.openstack.org/nova/latest/reference/api-microversion-history.html#id35 */
export const NETWORK_CHOICE = '2.37';

/** @throws CloudError INVALID when the cloud is too old for what `setting` leaves to it. */
export function chooseMicroversion(newest: string | undefined, wanted: string, setting: string): string {
  if (newest !== undefined && compare(newest, wanted) >= 0) return wanted;
  throw new CloudError('INVALID', 'user', 'This cloud’s Nova is too old to choose a network by itself', {
    advice: `Set ${setting} to the id or name of a network.`,
  });
}

function compare(a: string, b: string): number {
  const [aMajor = 0, aMinor = 0] = a.split('.').map(Number);
  const [bMajor = 0, bMinor = 0] = b.split('.').map(Number);
  return aMajor - bMajor || aMinor - bMinor;
}
