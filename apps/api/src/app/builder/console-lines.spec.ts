import { completeLines, linesAfter } from './console-lines.js';

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

describe('completeLines', () => {
  const printed =
    '\u001b[2J\u001b[1;1H[\u001b[0;32m  OK  \u001b[0m] Started\u0000\r\r\n\u001b]104\u001b\\tty\r\nlogin: ';

  it('keeps colours and nothing else that a terminal obeys', () => {
    const { complete, lines } = completeLines(printed, false);
    expect(lines).toEqual(['[\u001b[0;32m  OK  \u001b[0m] Started', 'tty']);
    expect(`${complete}login: `).toBe(printed);
  });

  it('takes a line without an end only when it is told to', () => {
    expect(completeLines(printed, true)).toMatchObject({ complete: printed });
    expect(completeLines(printed, true).lines.at(-1)).toBe('login: ');
  });
});
