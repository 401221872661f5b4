import type { ImageState, ImageView } from '@image-manager/contracts';

export const SHOWN_STATES = ['current', 'candidate', 'retired', 'rejected', 'foreign'] as const;
export type ShownState = (typeof SHOWN_STATES)[number];

/** A list shorter than this is seen at a glance. */
const MANY = 10;

export interface ImageFilter {
  /** Part of a name, an id or a definition; empty shows all. */
  text: string;
  /** Absent shows all. */
  state?: ShownState;
}

export interface ImageChoice extends ImageFilter {
  /** A person asked for the foreign ones too. */
  foreign: boolean;
}

/** What is shown of a cloud's images, and how many foreign ones wait to be asked for. */
export function chooseImages(
  images: ImageView[],
  { text, state, foreign }: ImageChoice,
): { shown: ImageView[]; waiting: number } {
  const wanted = text.trim().toLowerCase();
  const found = images.filter(
    (image) =>
      (state === undefined || shownState(image) === state) &&
      [image.name, image.id, image.distroId ?? ''].some((part) => part.toLowerCase().includes(wanted)),
  );
  // Who searches, or asks for them by their state, means them too.
  const strangers = found.filter((image) => shownState(image) === 'foreign');
  if (foreign || wanted !== '' || state !== undefined || strangers.length < MANY)
    return { shown: found, waiting: 0 };
  return { shown: found.filter((image) => !strangers.includes(image)), waiting: strangers.length };
}

function shownState({ ours, state }: ImageView): ImageState | 'foreign' {
  return ours && state !== undefined ? state : 'foreign';
}
