import { LineSplitter, MAX_LINE_BYTES } from './line-splitter.js';

const split = (...chunks: (string | Buffer)[]) => {
  const splitter = new LineSplitter(0);
  const lines = chunks.flatMap((chunk) => splitter.push(Buffer.from(chunk as string)));
  return [...lines, ...splitter.end()];
};

describe('LineSplitter', () => {
  it('joins a line that comes in pieces and counts bytes, not characters', () => {
    expect(split('on', 'e\ntwö\nth', 'ree')).toEqual([
      { text: 'one', endOffset: 4 },
      { text: 'twö', endOffset: 9 },
      { text: 'three', endOffset: 14 },
    ]);
  });

  it('waits for the rest of a character', () => {
    const bytes = Buffer.from('a€b\n');
    expect(split(bytes.subarray(0, 2), bytes.subarray(2, 3), bytes.subarray(3))[0]?.text).toBe('a€b');
  });

  it('shows of a line what a terminal would show in the end', () => {
    const shown = split('5%\r10%\rdone\r\n', '\u001b[2K\u0007red\u001b]0;title\u0007\u0000\n', 'a\tb\n');
    expect(shown.map((line) => line.text)).toEqual(['done', 'red', 'a\tb']);
  });

  it('keeps colours, also where an endless line is cut', () => {
    const red = '\u001b[1;31mred\u001b[0m';
    expect(split(`${red}\u001b[K\n`)[0]?.text).toBe(red);
    for (let before = MAX_LINE_BYTES - 20; before <= MAX_LINE_BYTES; before++) {
      const pieces = split(`${'x'.repeat(before)}${red}${'y'.repeat(100)}`).map((line) => line.text);
      expect(pieces.join('')).toBe(`${'x'.repeat(before)}${red}${'y'.repeat(100)}`);
    }
  });

  it('cuts an endless line into pieces, none of them inside a character, and loses nothing', () => {
    const text = `x${'€'.repeat(20_000)}`;
    const lines = split(text);
    expect(lines.length).toBe(Math.ceil((1 + 60_000) / MAX_LINE_BYTES));
    expect(lines.map((line) => line.text).join('')).toBe(text);
    expect(lines.at(-1)?.endOffset).toBe(60_001);
  });

  it('replaces what is not UTF-8 and goes on', () => {
    expect(split(Buffer.from([0x61, 0xff, 0x62, 0x0a, 0x63]))).toEqual([
      { text: 'a\ufffdb', endOffset: 4 },
      { text: 'c', endOffset: 5 },
    ]);
  });
});
