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

  it('does not read the parameters of extended colours as codes', () => {
    expect(ansiSpans('\u001b[38;5;31mx\u001b[48;2;1;31;92my')).toEqual([{ text: 'xy', style: '' }]);
  });

  it('drops cursor movements and control characters and keeps tabs', () => {
    expect(ansiSpans('\u001b[2K\u001b[1Ga\r\u0007\tb\u001b[?25l')).toEqual([{ text: 'a\tb', style: '' }]);
  });
});
