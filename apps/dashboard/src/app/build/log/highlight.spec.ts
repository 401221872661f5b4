import { cutSpans, highlighted } from './highlight';

const plain = (text: string, style = '') => ({ text, style });

describe('highlighted', () => {
  it('marks a range across runs of different looks and keeps the looks', () => {
    const spans = [plain('make: '), plain('*** Error', 'c1'), plain(' 2')];
    expect(highlighted(spans, [[4, 9]], 'hit')).toEqual([
      plain('make'),
      plain(': ', 'hit'),
      plain('***', 'c1 hit'),
      plain(' Error', 'c1'),
      plain(' 2'),
    ]);
  });

  it('marks several ranges, up to both ends', () => {
    expect(
      highlighted(
        [plain('aXbX')],
        [
          [0, 1],
          [1, 2],
          [3, 4],
        ],
        'hit',
      ),
    ).toEqual([plain('a', 'hit'), plain('X', 'hit'), plain('b'), plain('X', 'hit')]);
  });

  it('leaves out what reaches beyond the text that is shown', () => {
    expect(highlighted([plain('short')], [[3, 90]], 'hit')).toEqual([plain('sho'), plain('rt', 'hit')]);
    expect(highlighted([plain('short')], [[70, 90]], 'hit')).toEqual([plain('short')]);
  });
});

describe('cutSpans', () => {
  it('keeps the first characters in their looks', () => {
    expect(cutSpans([plain('abc', 'c1'), plain('def'), plain('ghi')], 4)).toEqual([
      plain('abc', 'c1'),
      plain('d'),
    ]);
  });
});
