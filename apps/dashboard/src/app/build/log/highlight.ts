import type { AnsiSpan } from './ansi';

/** The same text, with `style` added where a range says so. Ranges are [start, end), in order, apart from one another. */
export function highlighted<Span extends AnsiSpan>(
  spans: readonly Span[],
  ranges: readonly number[][],
  style: string,
): Span[] {
  const result: Span[] = [];
  let at = 0;
  let next = 0;
  for (const span of spans) {
    const end = at + span.text.length;
    let from = at;
    const push = (to: number, hit: boolean): void => {
      if (to <= from) return;
      const text = span.text.slice(from - at, to - at);
      result.push({ ...span, text, style: hit ? `${span.style} ${style}`.trim() : span.style });
      from = to;
    };
    for (;;) {
      const [start = Infinity, stop = Infinity] = ranges[next] ?? [];
      if (start >= end) break;
      push(Math.max(from, start), false);
      push(Math.min(end, stop), true);
      if (stop > end) break;
      next += 1;
    }
    push(end, false);
    at = end;
  }
  return result;
}

/** The first so many characters, in their looks. */
export function cutSpans<Span extends AnsiSpan>(spans: readonly Span[], characters: number): Span[] {
  const result: Span[] = [];
  let left = characters;
  for (const span of spans) {
    if (left <= 0) break;
    result.push({ ...span, text: span.text.slice(0, left) });
    left -= span.text.length;
  }
  return result;
}
