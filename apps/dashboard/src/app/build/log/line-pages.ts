import type { LogLine } from '@image-manager/contracts';

/** Lines of a page; page 0 holds the numbers 1 to 500. */
export const PAGE_LINES = 500;
/** What is kept of the log. A line of 16 KiB weighs as much as a hundred usual ones, so characters count. */
const MAX_PAGES = 60;
const MAX_CHARACTERS = 12_000_000;

/**
 * The part of a log that this page holds: pages of lines around where the person looks, the one looked at longest ago goes
 * first. Of the others it is remembered how many rows they have, as a filter leaves only some of the lines.
 */
export class LinePages {
  /** Lines in the whole log. */
  total = 0;
  /** In order of their last use. */
  private readonly held = new Map<number, LogLine[]>();
  /** Per page: rows known so far, and the number of the last line that is known. */
  private readonly counts: number[] = [];
  private readonly known: number[] = [];
  private characters = 0;

  /** `filtered`: only some lines are rows, and how many a page has is an estimate until it is known. */
  constructor(readonly filtered = false) {}

  get pageCount(): number {
    return Math.ceil(this.total / PAGE_LINES);
  }

  get heldCharacters(): number {
    return this.characters;
  }

  /** All pages are known, and none has a row. */
  isEmpty(): boolean {
    for (let page = 0; page < this.pageCount; page++) {
      if (!this.isKnown(page) || (this.counts[page] ?? 0) > 0) return false;
    }
    return true;
  }

  lines(page: number): readonly LogLine[] | undefined {
    return this.held.get(page) ?? (this.counts[page] === 0 && this.isKnown(page) ? [] : undefined);
  }

  /** Rows of a page: counted where known, estimated where not. */
  rows(page: number): number {
    const unknown = this.end(page) - this.knownTo(page);
    return (this.counts[page] ?? 0) + (this.filtered ? Math.ceil(unknown * this.density()) : unknown);
  }

  /** The first line of the page that must be asked for; undefined when all of it is here. */
  missing(page: number): number | undefined {
    if (this.lines(page) === undefined) return page * PAGE_LINES + 1;
    return this.isKnown(page) ? undefined : this.knownTo(page) + 1;
  }

  /** The log has grown, whether its new lines are here or not. */
  grow(total: number): void {
    this.total = Math.max(this.total, total);
  }

  /** Everything that the filter leaves of the lines from `from` to `to`. */
  learn(from: number, to: number, lines: readonly LogLine[]): void {
    this.grow(to);
    let at = 0;
    for (let page = pageOf(from); page <= pageOf(to); page++) {
      const end = Math.min(to, (page + 1) * PAGE_LINES);
      const start = at;
      while (at < lines.length && (lines[at]?.n ?? 0) <= end) at++;
      this.learnPage(page, Math.max(from, page * PAGE_LINES + 1), end, lines.slice(start, at));
    }
  }

  /** Keeps the pages from `first` to `last`, and of the others as many as there is room for. */
  use(first: number, last: number): void {
    for (let page = first; page <= last; page++) {
      const lines = this.held.get(page);
      if (lines === undefined) continue;
      this.held.delete(page);
      this.held.set(page, lines);
    }
    for (const [page, lines] of this.held) {
      if (this.held.size <= MAX_PAGES && this.characters <= MAX_CHARACTERS) return;
      if (page >= first && page <= last) continue;
      this.held.delete(page);
      this.characters -= weight(lines);
    }
  }

  private learnPage(page: number, from: number, to: number, lines: LogLine[]): void {
    const before = this.held.get(page);
    if (before === undefined) {
      // The middle of a page that is not here: it is asked for as a whole when someone looks at it.
      const begins = from === page * PAGE_LINES + 1;
      if (!begins && this.lines(page) === undefined) return;
      this.counts[page] = lines.length;
      this.known[page] = to;
      this.characters += weight(lines);
      this.held.set(page, [...lines]);
      return;
    }
    const known = this.knownTo(page);
    if (from > known + 1 || to <= known) return;
    const fresh = lines.filter((line) => line.n > known);
    for (const line of fresh) before.push(line);
    this.characters += weight(fresh);
    this.counts[page] = before.length;
    this.known[page] = to;
  }

  private knownTo(page: number): number {
    return this.known[page] ?? page * PAGE_LINES;
  }

  private isKnown(page: number): boolean {
    return this.knownTo(page) >= this.end(page);
  }

  private end(page: number): number {
    return Math.min(this.total, (page + 1) * PAGE_LINES);
  }

  /** Share of lines that the filter leaves, by the pages that are known. */
  private density(): number {
    let rows = 0;
    let lines = 0;
    this.known.forEach((known, page) => {
      rows += this.counts[page] ?? 0;
      lines += known - page * PAGE_LINES;
    });
    return lines === 0 ? 1 : rows / lines;
  }
}

export function pageOf(n: number): number {
  return Math.floor((n - 1) / PAGE_LINES);
}

function weight(lines: readonly LogLine[]): number {
  return lines.reduce((sum, line) => sum + line.text.length, 0);
}
