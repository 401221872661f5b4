/** What promotion, retirement and adoption leave on an image, beside the definition's own tags. */
export function promotionTags(state: 'current' | 'retired' | 'rejected'): string[] {
  return ['image-manager', state];
}
