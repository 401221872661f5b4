import { withLooksAlone, withoutControlSequences } from './control-sequences.js';

const ESC = '\u001b';
const BEL = '\u0007';

describe('withoutControlSequences', () => {
  it.each([
    ['colours', `${ESC}[1;31mbad${ESC}[0m ${ESC}[38:2::1:2:3mok${ESC}[m`, 'bad ok'],
    ['cursor movements', `${ESC}[2K${ESC}[1Ga${ESC}[?25l${ESC}[ qb`, 'ab'],
    ['resets and character sets', `${ESC}c${ESC}(BGRUB${ESC}7`, 'GRUB'],
    ['control characters', 'a\u0000\u0008b\u007f\u009b\tc\r', 'ab\tc'],
    ['a link', `see ${ESC}]8;;https://x.y/z${ESC}\\here${ESC}]8;;${ESC}\\.`, 'see here.'],
    ['a title', `${ESC}]0;a title${BEL}text`, 'text'],
    ['a string that C1’s ST ends', `${ESC}]0;a title\u009ctext`, 'text'],
    [
      'device, privacy and application strings',
      `a${ESC}P1$r0m${ESC}\\b${ESC}^x${ESC}\\c${ESC}_y${BEL}d`,
      'abcd',
    ],
    ['a string that the line’s end cuts off', `text${ESC}]8;;https://x.y`, 'text'],
    ['a string that another sequence cuts off', `${ESC}]0;title${ESC}[31mred`, 'red'],
    ['a string that is cancelled', `${ESC}]0;title\u0018text`, 'text'],
    ['the Linux console’s palette', `${ESC}]Ra${ESC}]P1dd0000b`, 'ab'],
    ['a sequence that is cut off', `a${ESC}[31${ESC}[0mb${ESC}[1;`, 'ab'],
    ['an escape at the line’s end', `text${ESC}`, 'text'],
  ])('drops %s', (_what, text, shown) => {
    expect(withoutControlSequences(text)).toBe(shown);
  });

  // With time in proportion to the square or worse, a million would take hours.
  it.each([`${ESC}]`, `${ESC}[`, `${ESC}[1;`, `${ESC}]P`])('takes a million of %j', (piece) => {
    expect(withoutControlSequences(piece.repeat(1_000_000))).toBe('');
    expect(withoutControlSequences(`${piece}${';'.repeat(1_000_000)}`)).toBe('');
  });
});

describe('withLooksAlone', () => {
  it('keeps colours and drops everything else', () => {
    expect(
      withLooksAlone(
        `${ESC}]0;title${BEL}${ESC}[2K${ESC}[1;31mred\u0000${ESC}[0m${ESC}[>4;2m\tplain${ESC}[?25h`,
      ),
    ).toBe(`${ESC}[1;31mred${ESC}[0m\tplain`);
  });
});
