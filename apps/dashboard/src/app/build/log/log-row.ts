import type { LogLine } from '@image-manager/contracts';
import { type AnsiSpan, ansiSpans } from './ansi';
import type { PlacedRow } from './line-layout';

/** Nobody reads more of one line; laying out more of many lines stops a browser. */
export const SHOWN_CHARACTERS = 4_000;

/** A row as it is drawn. Without a line it is still on its way. */
export interface DrawnRow {
  n: number;
  line?: LogLine;
  spans: AnsiSpan[];
  time: string;
  /** Characters that are left out. */
  hidden: number;
  /** The first one of its stage in its cloud, as far as is known. */
  opens: boolean;
}

/** Draws rows, each once for as long as its line is held. */
export class RowDrawer {
  private readonly drawn = new WeakMap<LogLine, DrawnRow>();

  constructor(private readonly time: (at: number) => string) {}

  draw(rows: readonly PlacedRow[]): DrawnRow[] {
    return rows.map(({ n, line }, index) => {
      if (line === undefined) return { n, spans: [], time: '', hidden: 0, opens: false };
      const known = this.drawn.get(line);
      if (known !== undefined) return known;
      const before = rows[index - 1]?.line;
      const row = {
        n,
        line,
        spans: ansiSpans(line.text.slice(0, SHOWN_CHARACTERS)),
        time: this.time(line.at),
        hidden: Math.max(0, line.text.length - SHOWN_CHARACTERS),
        opens: before !== undefined && (before.stage !== line.stage || before.cloud !== line.cloud),
      };
      // Whether the first row in sight opens a stage is not known yet.
      if (before !== undefined) this.drawn.set(line, row);
      return row;
    });
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
