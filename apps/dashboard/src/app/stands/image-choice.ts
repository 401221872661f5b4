import type { ImageState, ImageView } from '@image-manager/contracts';

export const SHOWN_STATES = ['current', 'candidate', 'retired', 'rejected', 'foreign'] as const;
export type ShownState = (typeof SHOWN_STATES)[number];

/** What can be many and is seldom looked for. */
export const FOLDS = ['retired', 'foreign'] as const;
export type Fold = (typeof FOLDS)[number];

const ORDER = ['current', 'candidate', 'retired', 'rejected', 'deleted', 'foreign'] as const;

/** More of a kind than this are folded. */
const HANDFUL = 5;

export interface ImageFilter {
  /** Part of a name, an id or a definition; empty shows all. */
  text: string;
  /** Absent shows all. */
  state?: ShownState;
}

export interface ImageChoice extends ImageFilter {
  /** What a person has unfolded. */
  open: ReadonlySet<Fold>;
}

/** Images to be shown below one another, those of a fold after a heading that opens it. */
export interface ImageGroup {
  fold?: { kind: Fold; count: number; open: boolean };
  images: ImageView[];
}

/**
 * What is shown of a cloud's images, and in which order: what users boot, candidates and what one would roll back to first;
 * then older ones, rejected ones and those of other people.
 */
export function chooseImages(images: ImageView[], { text, state, open }: ImageChoice): ImageGroup[] {
  const wanted = text.trim().toLowerCase();
  const found = images
    .filter(
      (image) =>
        (state === undefined || shownState(image) === state) &&
        [image.name, image.id, image.distroId ?? ''].some((part) => part.toLowerCase().includes(wanted)),
    )
    .sort((a, b) => rank(a) - rank(b) || b.createdAt.localeCompare(a.createdAt));
  // Who searches, or asks for them by their state, means them too.
  if (wanted !== '' || state !== undefined) return [{ images: found }];
  const of = (...states: (ImageState | 'foreign')[]) =>
    found.filter((image) => states.includes(shownState(image)));
  const retired = of('retired');
  const targets = retired.length > HANDFUL ? newestOfEach(retired) : retired;
  const older = retired.filter((image) => !targets.includes(image));
  const groups = [
    { images: [...of('current', 'candidate'), ...targets] },
    folded('retired', older, open, 0),
    { images: of('rejected', 'deleted') },
    folded('foreign', of('foreign'), open, HANDFUL),
  ];
  return groups.filter(({ fold, images: some }) => fold !== undefined || some.length > 0);
}

function folded(kind: Fold, images: ImageView[], open: ReadonlySet<Fold>, most: number): ImageGroup {
  if (images.length <= most) return { images };
  const isOpen = open.has(kind);
  return { fold: { kind, count: images.length, open: isOpen }, images: isOpen ? images : [] };
}

/** @param images newest first */
function newestOfEach(images: ImageView[]): ImageView[] {
  const seen = new Set<string | undefined>();
  return images.filter(({ distroId }) => !seen.has(distroId) && seen.add(distroId));
}

function shownState({ ours, state }: ImageView): ImageState | 'foreign' {
  return ours && state !== undefined ? state : 'foreign';
}

function rank(image: ImageView): number {
  return ORDER.indexOf(shownState(image));
}
