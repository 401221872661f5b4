import { ansiSpans } from './ansi';
import { highlighted } from './highlight';
import { linked } from './links';

const hrefs = (line: string) =>
  linked(ansiSpans(line)).flatMap(({ href, text }) => (href === undefined ? [] : [[text, href]]));
const whole = (line: string) =>
  linked(ansiSpans(line))
    .map(({ text }) => text)
    .join('');

describe('linked', () => {
  it.each([
    ['Get:1 http://deb.example.org/debian bookworm InRelease', 'http://deb.example.org/debian'],
    ['See https://example.org/bugs.', 'https://example.org/bugs'],
    ['(see https://example.org/a_(b)), then', 'https://example.org/a_(b)'],
    ['[docs](https://example.org/x?y=1&z=2#w)', 'https://example.org/x?y=1&z=2#w'],
    ['"https://example.org/q", it says', 'https://example.org/q'],
    ['proxy http://[2001:db8::1]:3128/ is used', 'http://[2001:db8::1]:3128/'],
  ])('finds the address in %s', (line, address) => {
    expect(hrefs(line)).toEqual([[address, address]]);
    expect(whole(line)).toBe(line);
  });

  it.each(['javascript:alert(1)', 'file:///etc/passwd', 'xhttp://example.org', 'https://', 'http://[', ''])(
    'makes no link of %s',
    (line) => {
      expect(hrefs(line)).toEqual([]);
      expect(whole(line)).toBe(line);
    },
  );

  it('leads to the whole address from each of its runs', () => {
    expect(linked(ansiSpans('at https://exa\u001B[31mmple.org\u001B[0m/ now'))).toEqual([
      { text: 'at ', style: '' },
      { text: 'https://exa', style: '', href: 'https://example.org/' },
      { text: 'mple.org', style: 'c1', href: 'https://example.org/' },
      { text: '/', style: '', href: 'https://example.org/' },
      { text: ' now', style: '' },
    ]);
  });

  it('stays a link where a match is marked in it', () => {
    const spans = highlighted(linked(ansiSpans('https://example.org and more')), [[8, 15]], 'hit');
    expect(spans.map(({ text, style, href }) => [text, style, href])).toEqual([
      ['https://', '', 'https://example.org'],
      ['example', 'hit', 'https://example.org'],
      ['.org', '', 'https://example.org'],
      [' and more', '', undefined],
    ]);
  });
});
