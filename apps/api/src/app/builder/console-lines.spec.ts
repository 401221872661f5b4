import { linesAfter } from './console-lines.js';

describe('linesAfter', () => {
  it('takes everything at first', () => {
    expect(linesAfter([], ['a', 'b'])).toEqual({ lines: ['a', 'b'], gap: false });
  });

  it('takes what a growing console has more', () => {
    expect(linesAfter(['a', 'b'], ['a', 'b', 'c', 'd'])).toEqual({ lines: ['c', 'd'], gap: false });
    expect(linesAfter(['a', 'b'], ['a', 'b'])).toEqual({ lines: [], gap: false });
  });

  it('finds its place in a window that has moved on', () => {
    expect(linesAfter(['a', 'b', 'c'], ['b', 'c', 'd'])).toEqual({ lines: ['d'], gap: false });
  });

  it('finds its place although the window’s first line is cut', () => {
    expect(linesAfter(['one', 'two', 'three'], ['wo', 'three', 'four'])).toEqual({
      lines: ['four'],
      gap: false,
    });
  });

  it('tells lines that repeat apart by what stands before them', () => {
    expect(linesAfter(['x', '', 'y', ''], ['x', '', 'y', '', 'z', ''])).toEqual({
      lines: ['z', ''],
      gap: false,
    });
  });

  it('says so when lines were lost, and repeats none of those that were read', () => {
    expect(linesAfter(['a', 'b'], ['m', 'n'])).toEqual({ lines: ['m', 'n'], gap: true });
  });

  it('takes nothing twice when the console is empty for a moment', () => {
    expect(linesAfter(['a'], [])).toEqual({ lines: [], gap: false });
  });
});
