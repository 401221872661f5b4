import type { ImageView } from '@image-manager/contracts';
import { foreignImage, image, rejectedImage, retiredImage } from '../testing/fixtures';
import { chooseImages, type Fold, type ImageChoice } from './image-choice';

const strangers = (count: number) =>
  Array.from({ length: count }, (_, index) => ({
    ...foreignImage,
    id: `stranger-${index}`,
    name: `cirros-${index}`,
  }));
/** Older and older. */
const retired = (count: number, distroId = 'debian-12') =>
  Array.from({ length: count }, (_, index) => ({
    ...retiredImage,
    distroId,
    id: `${distroId}-${index}`,
    createdAt: new Date(Date.UTC(2026, 5, 30 - index)).toISOString(),
  }));
const all: ImageChoice = { text: '', open: new Set() };
const opened = (fold: Fold): ImageChoice => ({ ...all, open: new Set([fold]) });
const shown = (images: ImageView[], choice: ImageChoice) =>
  chooseImages(images, choice).flatMap((group) => group.images);

describe('The choice of images', () => {
  it('shows a few foreign images, and folds many until a person asks for them', () => {
    expect(shown([image, ...strangers(5)], all)).toHaveLength(6);
    const many = [image, ...strangers(500)];
    expect(chooseImages(many, all)).toEqual([
      { images: [image] },
      { fold: { kind: 'foreign', count: 500, open: false }, images: [] },
    ]);
    expect(shown(many, opened('foreign'))).toHaveLength(501);
  });

  it('shows a handful of retired images', () => {
    expect(chooseImages([...retired(5), image], all)).toEqual([{ images: [image, ...retired(5)] }]);
  });

  it('folds the many older retired images, and leaves of each definition the one to roll back to', () => {
    const many = [...retired(20), ...retired(4, 'ubuntu-24.04'), image];
    const ids = (choice: ImageChoice) => shown(many, choice).map(({ id }) => id);
    expect(ids(all)).toEqual([image.id, 'debian-12-0', 'ubuntu-24.04-0']);
    expect(chooseImages(many, all)[1]?.fold).toEqual({ kind: 'retired', count: 22, open: false });
    expect(ids(opened('retired'))).toHaveLength(25);
    expect(ids(opened('retired')).slice(3, 5)).toEqual(['debian-12-1', 'ubuntu-24.04-1']);
  });

  it('puts what users boot first, and what is not ours last', () => {
    const images = [foreignImage, rejectedImage, retiredImage, image];
    expect(shown(images, all)).toEqual([image, retiredImage, rejectedImage, foreignImage]);
  });

  it('finds by name, id or definition, folded ones too', () => {
    const many = [image, ...strangers(500)];
    expect(shown(many, { ...all, text: ' CIRROS-49 ' })).toHaveLength(11);
    expect(shown(many, { ...all, text: 'stranger-499' })).toEqual([many[500]]);
    expect(shown([{ ...image, name: 'web' }], { ...all, text: 'debian' })).toHaveLength(1);
    expect(shown(many, { ...all, text: 'no such' })).toEqual([]);
  });

  it('narrows to a state', () => {
    const images = [image, retiredImage, rejectedImage, ...strangers(20)];
    expect(shown(images, { ...all, state: 'retired' })).toEqual([retiredImage]);
    expect(shown(images, { ...all, state: 'foreign' })).toHaveLength(20);
  });
});
