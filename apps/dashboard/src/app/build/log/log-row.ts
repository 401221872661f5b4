import type { LogLine } from '@image-manager/contracts';
import { ansiSpans } from './ansi';
import { cutSpans, highlighted } from './highlight';
import type { PlacedRow } from './line-layout';
import { linked, type LinkedSpan } from './links';

/** Few people read more of one line; laying out more of many lines stops a browser. Who wants it asks for that line. */
const SHOWN_CHARACTERS = 4_000;

/** A row as it is drawn. Without a line it is still on its way. */
export interface DrawnRow {
  n: number;
  line?: LogLine;
  spans: LinkedSpan[];
  time: string;
  /** Characters that are left out. */
  hidden: number;
}

/** What is special about some rows. */
export interface RowMarks {
  /** Lines that somebody wants to see whole. */
  whole: ReadonlySet<number>;
  rangesOf: (n: number) => number[][] | undefined;
  /** The match that one stands at. */
  current: number | undefined;
}

/** Draws rows, each once for as long as its line is held. */
export class RowDrawer {
  private readonly drawn = new WeakMap<LogLine, DrawnRow>();

  constructor(private readonly time: (at: number) => string) {}

  draw(rows: readonly PlacedRow[], { whole, rangesOf, current }: RowMarks): DrawnRow[] {
    return rows.map(({ n, line }) => {
      if (line === undefined) return { n, spans: [], time: '', hidden: 0 };
      const row = this.drawOnce(line);
      const ranges = rangesOf(n);
      if (ranges === undefined && !whole.has(n)) return row;
      const isCurrent = n === current;
      // A match may stand where the line is cut.
      const shown = whole.has(n) || (isCurrent && (ranges?.[0]?.[0] ?? 0) >= SHOWN_CHARACTERS);
      const spans = shown ? linked(ansiSpans(line.text)) : row.spans;
      return {
        ...row,
        spans: ranges === undefined ? spans : highlighted(spans, ranges, isCurrent ? 'hit now' : 'hit'),
        hidden: shown ? 0 : row.hidden,
      };
    });
  }

  private drawOnce(line: LogLine): DrawnRow {
    const known = this.drawn.get(line);
    if (known !== undefined) return known;
    const spans = linked(ansiSpans(line.text));
    const characters = spans.reduce((sum, { text }) => sum + text.length, 0);
    const row = {
      n: line.n,
      line,
      spans: characters > SHOWN_CHARACTERS ? cutSpans(spans, SHOWN_CHARACTERS) : spans,
      time: this.time(line.at),
      hidden: Math.max(0, characters - SHOWN_CHARACTERS),
    };
    this.drawn.set(line, row);
    return row;
  }
}

/** Time since the beginning as `1:02:03`. */
export function elapsed(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const two = (value: number) => String(value).padStart(2, '0');
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor(seconds / 60) % 60;
  return hours > 0 ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`;
}
