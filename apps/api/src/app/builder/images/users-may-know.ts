import type { CloudImage } from '@image-manager/cloud';

const SEEN = ['current', 'retired', 'rejected'];

/**
 * Whether users see an image of ours, or have seen it, by the cloud's own word: promotion leaves its tags there. The
 * database may say otherwise: it can be a copy that was restored.
 */
export function usersMayKnow({ hidden, tags }: Pick<CloudImage, 'hidden' | 'tags'>): boolean {
  return !hidden || tags.some((tag) => SEEN.includes(tag));
}
