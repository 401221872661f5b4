import type { ImageView } from '@image-manager/contracts';

/** Whether users have no other image to boot in the place of this one: the API then asks whether that is meant. */
export function isLastSeen(image: ImageView, all: readonly ImageView[]): boolean {
  return !all.some(
    ({ id, ours, hidden, status, name, state, distroId }) =>
      id !== image.id &&
      ours &&
      !hidden &&
      status === 'active' &&
      (name === image.name || (state === 'current' && distroId === image.distroId)),
  );
}
