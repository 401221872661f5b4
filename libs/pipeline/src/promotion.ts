/** An image as promotion sees it. */
export interface PromotableImage {
  id: string;
  name: string;
  hidden: boolean;
  createdAt: Date;
}

export interface PromotionWrite {
  imageId: string;
  kind: 'promote' | 'retire';
  name: string;
  hidden: boolean;
}

/**
 * The writes of a promotion, in the only order that never leaves a gap: the new image gets the public name first, then
 * whatever of ours is still visible is renamed with its date and hidden, also when the definition has changed the public
 * name meanwhile. What is already so is left out, so that a promotion that was interrupted is completed by planning it
 * again.
 *
 * @param ours the images of this definition, and of no other.
 */
export function promotionWrites(
  candidate: PromotableImage,
  ours: readonly PromotableImage[],
  imageName: string,
): PromotionWrite[] {
  const writes: PromotionWrite[] = [];
  if (candidate.name !== imageName || candidate.hidden) {
    writes.push({ imageId: candidate.id, kind: 'promote', name: imageName, hidden: false });
  }
  for (const image of ours) {
    if (image.id === candidate.id || image.hidden) continue;
    writes.push({
      imageId: image.id,
      kind: 'retire',
      name: retiredName(image.name, image.createdAt),
      hidden: true,
    });
  }
  return writes;
}

/** `Debian 12 (2026-11-22 10:31)`, in UTC. */
export function retiredName(imageName: string, createdAt: Date): string {
  return `${imageName} (${createdAt.toISOString().slice(0, 16).replace('T', ' ')})`;
}
