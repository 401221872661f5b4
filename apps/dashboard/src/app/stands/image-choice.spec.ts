import { foreignImage, image, rejectedImage, retiredImage } from '../testing/fixtures';
import { chooseImages } from './image-choice';

const strangers = (count: number) =>
  Array.from({ length: count }, (_, index) => ({
    ...foreignImage,
    id: `stranger-${index}`,
    name: `cirros-${index}`,
  }));
const all = { text: '', foreign: false };

describe('The choice of images', () => {
  it('shows a few foreign images, and lets many wait until a person asks for them', () => {
    expect(chooseImages([image, ...strangers(9)], all)).toMatchObject({ waiting: 0 });
    const many = [image, ...strangers(500)];
    expect(chooseImages(many, all)).toEqual({ shown: [image], waiting: 500 });
    expect(chooseImages(many, { ...all, foreign: true }).shown).toHaveLength(501);
  });

  it('finds by name, id or definition, foreign ones too', () => {
    const many = [image, ...strangers(500)];
    expect(chooseImages(many, { ...all, text: ' CIRROS-49 ' }).shown).toHaveLength(11);
    expect(chooseImages(many, { ...all, text: 'stranger-499' }).shown).toEqual([many[500]]);
    expect(chooseImages([{ ...image, name: 'web' }], { ...all, text: 'debian' }).shown).toHaveLength(1);
    expect(chooseImages(many, { ...all, text: 'no such' })).toEqual({ shown: [], waiting: 0 });
  });

  it('narrows to a state', () => {
    const images = [image, retiredImage, rejectedImage, ...strangers(20)];
    expect(chooseImages(images, { ...all, state: 'retired' }).shown).toEqual([retiredImage]);
    expect(chooseImages(images, { ...all, state: 'foreign' }).shown).toHaveLength(20);
  });
});
