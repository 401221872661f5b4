import type { LogLine } from '@image-manager/contracts';
import { type LinePages, PAGE_LINES, pageOf } from './line-pages';

/** Height of a row in pixels; `--log-row` of the tokens says the same to the style sheet. */
export const ROW = 20;

/** A row in its place. `line` is missing while it is on its way. */
export interface PlacedRow {
  n: number;
  line?: LogLine;
  top: number;
}

/** A point in the log that stays where it is while heights above it change: pixels below the upper edge of a line. */
export interface Anchor {
  n: number;
  offset: number;
}

/** Where each row stands. Without wrapping all are equally high; with it their heights are estimated and then measured. */
export class LineLayout {
  private readonly heights = new Map<number, number[]>();
  private readonly pageHeights: number[] = [];
  private tops: number[] = [0];

  /** `columns`: characters that a row takes; undefined: rows are not wrapped. */
  constructor(
    private readonly pages: LinePages,
    private readonly columns?: number,
  ) {}

  get height(): number {
    return this.tops[this.pages.pageCount] ?? 0;
  }

  /** To be called after pages changed. */
  update(): void {
    const tops = [0];
    for (let page = 0; page < this.pages.pageCount; page++)
      tops.push((tops[page] ?? 0) + this.heightOf(page));
    this.tops = tops;
    for (const page of this.heights.keys())
      if (this.pages.lines(page) === undefined) this.heights.delete(page);
  }

  /** A row that is in the document has this height. True when that is news. */
  measured(n: number, height: number): boolean {
    const page = pageOf(n);
    const heights = this.heights.get(page);
    const index = indexOf(this.pages.lines(page) ?? [], n);
    if (heights === undefined || heights[index] === undefined || heights[index] === height) return false;
    heights[index] = height;
    return true;
  }

  topOf({ n, offset }: Anchor): number {
    const page = Math.min(pageOf(n), this.pages.pageCount - 1);
    if (page < 0) return 0;
    const lines = this.pages.lines(page);
    const top = this.tops[page] ?? 0;
    const index = lines === undefined ? this.guessIndex(page, n) : indexOf(lines, n);
    return top + this.above(page, index) + offset;
  }

  anchorAt(top: number): Anchor {
    const [row] = this.rows(top, top + 1);
    return row === undefined ? { n: 1, offset: 0 } : { n: row.n, offset: top - row.top };
  }

  /** The rows that cross the space between two heights. */
  rows(from: number, to: number): PlacedRow[] {
    const rows: PlacedRow[] = [];
    for (let page = this.pageAt(from); page < this.pages.pageCount; page++) {
      let top = this.tops[page] ?? 0;
      if (top >= to) break;
      const lines = this.pages.lines(page);
      const count = this.pages.rows(page);
      const first = page * PAGE_LINES + 1;
      const span = this.spanOf(page);
      let index = this.columns === undefined ? Math.max(0, Math.floor((from - top) / ROW)) : 0;
      top += this.columns === undefined ? index * ROW : 0;
      for (; index < count && top < to; index++) {
        const height = this.heightAt(page, index);
        const line = lines?.[index];
        if (top + height > from)
          rows.push(
            line === undefined
              ? { n: first + Math.floor((index * span) / Math.max(count, 1)), top }
              : { n: line.n, line, top },
          );
        top += height;
      }
    }
    return rows;
  }

  private heightOf(page: number): number {
    const rows = this.pages.rows(page);
    if (this.columns === undefined) return rows * ROW;
    const lines = this.pages.lines(page);
    if (lines === undefined) return this.pageHeights[page] ?? rows * ROW;
    const heights = this.heights.get(page) ?? [];
    while (heights.length < lines.length) heights.push(this.estimate(lines[heights.length]));
    this.heights.set(page, heights);
    const height = heights.reduce((sum, one) => sum + one, 0) + (rows - lines.length) * ROW;
    this.pageHeights[page] = height;
    return height;
  }

  private estimate(line: LogLine | undefined): number {
    const columns = this.columns ?? Infinity;
    return Math.max(1, Math.ceil((line?.text.length ?? 0) / columns)) * ROW;
  }

  private heightAt(page: number, index: number): number {
    return this.columns === undefined ? ROW : (this.heights.get(page)?.[index] ?? ROW);
  }

  private above(page: number, index: number): number {
    if (this.columns === undefined) return index * ROW;
    let height = 0;
    for (let at = 0; at < index; at++) height += this.heightAt(page, at);
    return height;
  }

  private guessIndex(page: number, n: number): number {
    return Math.floor(((n - 1 - page * PAGE_LINES) * this.pages.rows(page)) / this.spanOf(page));
  }

  /** How many lines of the log are the page's: fewer than it could have at the log's end. */
  private spanOf(page: number): number {
    return Math.min(PAGE_LINES, this.pages.total - page * PAGE_LINES);
  }

  private pageAt(top: number): number {
    let low = 0;
    let high = this.pages.pageCount;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.tops[middle + 1] ?? Infinity) <= top) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** Index of the line with this number, or of the next one after it. Lines are in order. */
function indexOf(lines: readonly LogLine[], n: number): number {
  let low = 0;
  let high = lines.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((lines[middle]?.n ?? Infinity) < n) low = middle + 1;
    else high = middle;
  }
  return low;
}
