import { ansiSpans } from './ansi';

describe('ansiSpans', () => {
  it('leaves plain text alone', () => {
    expect(ansiSpans('a <b> & c')).toEqual([{ text: 'a <b> & c', style: '' }]);
  });

  it('turns colours and bold into classes and back', () => {
    expect(ansiSpans('\u001b[1;31mbad\u001b[0m ok \u001b[92mgood')).toEqual([
      { text: 'bad', style: 'c1 bold' },
      { text: ' ok ', style: '' },
      { text: 'good', style: 'c10' },
    ]);
  });

  it('reads 256 and 24-bit colours, with semicolons and with colons', () => {
    expect(ansiSpans('\u001b[38;5;196mx\u001b[48;2;1;31;92my\u001b[0m\u001b[38:2::10:20:30mz')).toEqual([
      { text: 'x', style: 'ink', ink: 'rgb(255 0 0)' },
      { text: 'y', style: 'ink paper', ink: 'rgb(255 0 0)', paper: 'rgb(1 31 92)' },
      { text: 'z', style: 'ink', ink: 'rgb(10 20 30)' },
    ]);
    expect(ansiSpans('\u001b[38;5;9mx\u001b[38;5;244my').map(({ style, ink }) => [style, ink])).toEqual([
      ['c9', undefined],
      ['ink', 'rgb(128 128 128)'],
    ]);
  });

  it('turns dim, italic, underline and inverse on and off', () => {
    expect(ansiSpans('\u001b[2;3;4;7ma\u001b[22;24mb\u001b[mc')).toEqual([
      { text: 'a', style: 'dim italic underline inverse' },
      { text: 'b', style: 'italic inverse' },
      { text: 'c', style: '' },
    ]);
  });

  it('drops cursor movements and control characters and keeps tabs', () => {
    expect(ansiSpans('\u001b[2K\u001b[1Ga\r\u0007\tb\u001b[?25l')).toEqual([{ text: 'a\tb', style: '' }]);
    // Resets, character sets and what Latin-1 makes of a control character: firmware and boot loaders print them.
    expect(ansiSpans('\u001bc\u001b(BGRUB\u009b')).toEqual([{ text: 'GRUB', style: '' }]);
  });

  it('shows neither addresses of links nor titles, nor takes what only ends like a colour for one', () => {
    expect(ansiSpans('\u001b]0;make\u0007\u001b]8;;https://x.y\u001b\\a\u001b]8;;\u001b\\ b')).toEqual([
      { text: 'a b', style: '' },
    ]);
    expect(ansiSpans('\u001b[>4;2mplain')).toEqual([{ text: 'plain', style: '' }]);
  });
});
