import type { ImageUse } from '@image-manager/cloud';
import type { DeletionCode, ImageView } from '@image-manager/contracts';

type ObstacleCode = Exclude<DeletionCode, 'LAST_ROLLBACK_TARGET'>;

/** What keeps an image from being deleted, whoever asks for it: a person or retention. */
export interface Obstacle {
  code: ObstacleCode;
  message: string;
}

/** What an image is to us or to users, however old it is. */
export function obstacleOfRole({ ours, state }: ImageView): Obstacle | undefined {
  if (!ours)
    return { code: 'FOREIGN', message: 'It was not made by this installation; only its owner deletes it' };
  if (state === 'current') return { code: 'CURRENT', message: 'Users boot it' };
  if (state === 'candidate') return { code: 'CANDIDATE', message: 'Its build looks after it' };
  return undefined;
}

/** What the image itself says. */
export function obstaclesIn(image: ImageView): Obstacle[] {
  const role = obstacleOfRole(image);
  if (role) return [role];
  const obstacles: Obstacle[] = [];
  if (image.protected)
    obstacles.push({ code: 'PROTECTED', message: 'It is protected against deletion in the cloud' });
  if (!image.hidden)
    obstacles.push({ code: 'VISIBLE', message: 'It is visible: somebody shows it to users again' });
  return obstacles;
}

/** What its use says. */
export function obstaclesOf({ servers, volumes, unseen }: ImageUse): Obstacle[] {
  const users = [...servers.map((id) => `server ${id}`), ...volumes.map((id) => `volume ${id}`)];
  if (users.length > 0) {
    const more = users.length > 1 ? ` and ${users.length - 1} more` : '';
    return [{ code: 'IN_USE', message: `In use by ${users[0] ?? ''}${more}` }];
  }
  return unseen === undefined ? [] : [{ code: 'USE_UNSEEN', message: unseen }];
}

/** What a person does first. */
const REMEDIES: Record<ObstacleCode, string> = {
  FOREIGN: 'adopt it first if it shall be looked after here',
  CURRENT: 'build a new one or roll back to another first, that retires it',
  CANDIDATE: 'cancel the build or wait for its end',
  VISIBLE: 'retire it first',
  PROTECTED: '`openstack image set --unprotected` takes that off',
  IN_USE: 'delete that first, or leave the image to retention, which looks again after each build',
  USE_UNSEEN: 'with credentials that have the role admin all of them are seen',
};

/** The obstacle and what to do about it. */
export function sentenceOf({ code, message }: Obstacle): string {
  return `${message}: ${REMEDIES[code]}`;
}
