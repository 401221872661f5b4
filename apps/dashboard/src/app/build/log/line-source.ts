import { signal } from '@angular/core';
import type { LogLine, Problem, StageName } from '@image-manager/contracts';
import type { Subscription } from 'rxjs';
import type { Api } from '../../api/api';
import { problemOf } from '../../api/problem';
import { LinePages, PAGE_LINES, pageOf } from './line-pages';

export interface LineFilter {
  stage?: StageName;
  cloud?: string;
}

/** Whoever drags the scroll bar passes many pages; only where it rests, lines are asked for. */
const REST_MS = 40;

/** Brings the lines that are looked at: from the server by pages, the newest ones as they come. */
export class LineSource {
  readonly pages: LinePages;
  private readonly changes = signal(0);
  /** Changes with every line that came. */
  readonly version = this.changes.asReadonly();
  private readonly failure = signal<Problem | undefined>(undefined);
  readonly problem = this.failure.asReadonly();
  private readonly lost = signal(false);
  /** The lines that this log had are no longer on the server. */
  readonly gone = this.lost.asReadonly();

  private request: Subscription | undefined;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private wanted: readonly [first: number, last: number] = [0, -1];

  constructor(
    private readonly api: Pick<Api, 'logPage'>,
    private readonly buildId: number,
    readonly filter: LineFilter,
    total: number,
  ) {
    this.pages = new LinePages(filter.stage !== undefined || filter.cloud !== undefined);
    this.pages.grow(total);
  }

  /** Somebody looks at the lines from one number to another. */
  look(from: number, to: number): void {
    const wanted = [Math.max(0, pageOf(from)), Math.min(this.pages.pageCount - 1, pageOf(to))] as const;
    const moved = wanted[0] !== this.wanted[0] || wanted[1] !== this.wanted[1];
    this.wanted = wanted;
    this.pages.use(wanted[0], wanted[1]);
    if (this.lost()) return;
    if (!moved && (this.timer !== undefined || this.request !== undefined || this.failure() !== undefined))
      return;
    if (this.nextMissing() === undefined) return;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      this.timer = undefined;
      this.ask();
    }, REST_MS);
  }

  /** Asks again after a problem. */
  retry(): void {
    this.failure.set(undefined);
    this.ask();
  }

  /** Consecutive lines that follow upon the last one. */
  append(lines: readonly LogLine[]): void {
    const [first, last] = [lines[0], lines.at(-1)];
    if (first === undefined || last === undefined) return;
    this.pages.learn(
      first.n,
      last.n,
      lines.filter((line) => this.fits(line)),
    );
    this.pages.use(Math.max(0, this.wanted[0]), Math.max(this.wanted[1], pageOf(last.n)));
    this.changes.update((count) => count + 1);
  }

  /** The log has so many lines; they are fetched when somebody looks. */
  grow(total: number): void {
    this.pages.grow(total);
    this.changes.update((count) => count + 1);
  }

  /** It is known that the filter leaves no line. */
  isEmpty(): boolean {
    this.changes();
    return this.pages.isEmpty();
  }

  fits({ stage, cloud }: LogLine): boolean {
    const { filter } = this;
    return (
      (filter.stage === undefined || filter.stage === stage) &&
      (filter.cloud === undefined || filter.cloud === cloud)
    );
  }

  close(): void {
    clearTimeout(this.timer);
    this.request?.unsubscribe();
  }

  private nextMissing(): number | undefined {
    for (let page = this.wanted[0]; page <= this.wanted[1]; page++) {
      const missing = this.pages.missing(page);
      if (missing !== undefined) return missing;
    }
    return undefined;
  }

  private ask(): void {
    this.request?.unsubscribe();
    this.request = undefined;
    const from = this.nextMissing();
    if (from === undefined) return;
    const limit = (pageOf(from) + 2) * PAGE_LINES - from + 1;
    const request = this.api.logPage(this.buildId, { from, limit, ...this.filter }).subscribe({
      next: ({ lines, total }) => {
        this.request = undefined;
        this.failure.set(undefined);
        this.lost.set(total < from);
        if (this.lost()) return;
        // Fewer lines than asked for: the filter leaves no more up to the end.
        const last = lines.at(-1)?.n ?? 0;
        const to = lines.length < limit ? Math.max(total, last) : last;
        this.pages.learn(from, Math.max(from, to), lines);
        this.changes.update((count) => count + 1);
        this.ask();
      },
      error: (error: unknown) => {
        this.request = undefined;
        this.failure.set(problemOf(error));
      },
    });
    if (!request.closed) this.request = request;
  }
}
