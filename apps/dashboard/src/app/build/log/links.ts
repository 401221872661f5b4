import type { AnsiSpan } from './ansi';

/** A run of text with one look that may lead somewhere. */
export interface LinkedSpan extends AnsiSpan {
  href?: string;
}

/** Neither blanks nor what stands around an address in quotes, XML or Markdown. */
const ADDRESS = /\bhttps?:\/\/[^\s<>"'`\\^{|}]+/g;
/** What ends a sentence rather than an address. */
const TRAILING = /[.,:;!?*…]+$/;
const BRACKETS = [
  ['(', ')'],
  ['[', ']'],
] as const;

/** The same text, where an address stands, with a link to it; its runs keep their looks. */
export function linked(spans: readonly AnsiSpan[]): LinkedSpan[] {
  const text = spans.map((span) => span.text).join('');
  const addresses = addressesIn(text);
  if (addresses.length === 0) return [...spans];
  const result: LinkedSpan[] = [];
  let at = 0;
  for (const span of spans) {
    const end = at + span.text.length;
    let from = at;
    const push = (to: number, href?: string): void => {
      if (to <= from) return;
      const part = span.text.slice(from - at, to - at);
      result.push({ ...span, text: part, ...(href === undefined ? {} : { href }) });
      from = to;
    };
    for (const { start, href } of addresses) {
      push(Math.min(end, start));
      push(Math.min(end, start + href.length), href);
    }
    push(end);
    at = end;
  }
  return result;
}

function addressesIn(text: string): { start: number; href: string }[] {
  return [...text.matchAll(ADDRESS)]
    .map(({ index, 0: found }) => ({ start: index, href: trimmed(found) }))
    .filter(({ href }) => URL.canParse(href));
}

/** Without the punctuation after it, and without a bracket that was opened before it. */
function trimmed(found: string): string {
  let href = found;
  for (;;) {
    const before = href;
    href = href.replace(TRAILING, '');
    for (const [open, close] of BRACKETS)
      if (href.endsWith(close) && count(href, close) > count(href, open)) href = href.slice(0, -1);
    if (href === before) return href;
  }
}

function count(text: string, character: string): number {
  return text.split(character).length - 1;
}
