import { type Anchor, type LineLayout, type PlacedRow, ROW } from './line-layout';
import { ScrollSpace } from './scroll-space';

/** Pixels drawn beyond both edges, so that a fast scroll meets text. */
const MARGIN = 40 * ROW;
/** As long as so many of them are left, the browser scrolls by itself and nothing is drawn anew. */
const LEAST_MARGIN = 20 * ROW;
/** So near the end is at the end. */
const NEAR_END = 1.5 * ROW;

/** What is to be drawn, and where inside the scrolled element. */
export interface Drawing {
  rows: PlacedRow[];
  /** Where the first row stands. */
  offset: number;
  /** Of the scrolled element. */
  height: number;
}

/**
 * Which part of a log is in sight, where a scroll leads to, and whether it means to stay at the newest line. It keeps its place
 * while lines come and heights above it turn out to be others, and knows no element: all is numbers of lines and pixels.
 */
export class LogSight {
  private readonly space = new ScrollSpace();
  private anchor: Anchor = { n: 1, offset: 0 };
  /** Pixels that can be seen. */
  private view = 0;
  /** What is drawn, in pixels of the log, and how the log then lay under the scroll bar. */
  private drawn = { from: 0, to: 0, shift: 0 };
  /** Where the log ended when the scroll that goes on began: a smooth one aims there, while lines come. */
  private aim: number | undefined;

  /** @param height of all lines @param view of what can be seen @param follow stays at the newest line */
  draw(
    layout: LineLayout,
    { height, view, follow }: { height: number; view: number; follow: boolean },
  ): Drawing {
    const { space } = this;
    this.view = view;
    space.resize(height, view);
    space.top = follow ? space.end : Math.min(space.end, Math.max(0, layout.topOf(this.anchor)));
    const [from, to] = [space.top - MARGIN, space.top + view + MARGIN];
    this.drawn = { from, to, shift: space.shift };
    const rows = layout.rows(from, to);
    return { rows, offset: space.toElement(rows[0]?.top ?? 0), height: space.barHeight };
  }

  /**
   * The browser says where the bar stands, and how far it can go by what the browser knows.
   *
   * @returns undefined when nobody moved it; else whether the newest line is to be followed from now on, if that changes, and
   *   whether what is drawn does not suffice any more
   */
  scrolled(
    layout: LineLayout,
    bar: number,
    barEnd: number,
  ): { follow?: boolean; redraw: boolean } | undefined {
    // What we have put there ourselves is rounded by the browser.
    if (Math.abs(bar - this.space.bar) < 1) return undefined;
    const before = this.space.top;
    this.space.scrolled(bar);
    const { top, end } = this.space;
    this.aim ??= end;
    this.anchor = layout.anchorAt(top);
    const redraw = this.isNearEdge();
    // A browser that puts the bar at the end of what it knows has not moved up.
    if (end - top < NEAR_END || barEnd - bar < NEAR_END) return { follow: true, redraw };
    if (top < before) return { follow: false, redraw };
    return end > this.aim && this.aim - top < this.view ? { follow: true, redraw } : { redraw };
  }

  /** The next scroll has an aim of its own. */
  scrollEnded(): void {
    this.aim = undefined;
  }

  /** Puts a line in sight, with what led there above it. */
  bring(layout: LineLayout, n: number): void {
    const above = Math.floor(this.view / 3 / ROW) * ROW;
    this.anchor = layout.anchorAt(layout.topOf({ n, offset: -above }));
  }

  /** Brings the bar where the log is. @returns where that is, and whether it moved */
  rest(layout: LineLayout, follow: boolean): { bar: number; moved: boolean } {
    const before = this.space.bar;
    const bar = this.space.place(follow ? this.space.end : layout.topOf(this.anchor));
    return { bar, moved: Math.abs(before - bar) >= 1 };
  }

  /** The first and the last line that are in sight as a whole. */
  whole(layout: LineLayout): { first: number; last: number } {
    const { top } = this.space;
    const end = top + this.view;
    const rows = layout.rows(top, end).filter((row) => row.top >= top - 1);
    // With rows of several heights the last one may be cut.
    const last = rows.findLast((row, index) => (rows[index + 1]?.top ?? row.top + ROW) <= end + 1);
    return { first: rows[0]?.n ?? 1, last: last?.n ?? rows[0]?.n ?? 1 };
  }

  /**
   * The row that one reads: the marked line while it is in sight, else the one that stands where `bring` puts lines; nearer to the
   * edge where the log begins or ends, so that scrolling passes each row.
   */
  reading(layout: LineLayout, mark: number | undefined): PlacedRow | undefined {
    const { top, end } = this.space;
    const inset = Math.max(Math.min(this.view / 3, top), this.view - (end - top));
    const marked = mark === undefined ? -1 : layout.topOf({ n: mark, offset: 0 });
    const isInSight = marked >= top && marked <= top + this.view - ROW;
    const at = isInSight ? marked : Math.min(top + inset, layout.height - 1);
    return layout.rows(at, at + 1)[0];
  }

  private isNearEdge(): boolean {
    const { from, to, shift } = this.drawn;
    const { top } = this.space;
    return (
      // Sums of shares of pixels are never quite the same.
      Math.abs(shift - this.space.shift) > 0.01 ||
      top - LEAST_MARGIN < from ||
      top + this.view + LEAST_MARGIN > to
    );
  }
}
