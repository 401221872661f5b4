import { computed, signal } from '@angular/core';
import type { LogMatch, LogSearchResult, Problem } from '@image-manager/contracts';
import { firstValueFrom, Subject, takeUntil } from 'rxjs';
import type { Api } from '../../api/api';
import { problemOf } from '../../api/problem';
import type { LineFilter } from './line-source';

export interface SearchWish {
  text: string;
  regex: boolean;
  caseSensitive: boolean;
}

export const NO_SEARCH: SearchWish = { text: '', regex: false, caseSensitive: false };

/** As many matches as the server names at a time. */
const NAMED = 10_000;
/** A log that grows is searched on so often at most. */
const GROW_MS = 1_000;

/** The matches that are known: of those from line `from` on the first ones, or all. */
interface Known {
  from: number;
  /** How many stand before `from`. */
  before: number;
  matches: LogMatch[];
  /** There are more behind the last one. */
  truncated: boolean;
}

/** The match that one stands at. */
interface Current {
  n: number;
  /** From 1, among all matches. */
  position: number;
}

/**
 * A search over the whole log of a build, done by the server. Of more than ten thousand matches a part is known, and wherever
 * one goes, the part around it is fetched.
 */
export class LogSearch {
  private readonly sought = signal<SearchWish>(NO_SEARCH);
  readonly wish = this.sought.asReadonly();
  readonly active = computed(() => this.sought().text !== '');
  private readonly count = signal<number | undefined>(undefined);
  /** Lines that match; undefined before the first answer. */
  readonly total = this.count.asReadonly();
  private readonly known = signal<Known>({ from: 1, before: 0, matches: [], truncated: false });
  private readonly at = signal<Current | undefined>(undefined);
  readonly current = this.at.asReadonly();
  private readonly underWay = signal(false);
  readonly busy = this.underWay.asReadonly();
  private readonly failure = signal<Problem | undefined>(undefined);
  readonly problem = this.failure.asReadonly();
  /** Changes with what `rangesOf` answers. */
  readonly version = computed(() => ({ known: this.known(), current: this.at() }));

  private filter: LineFilter = {};
  private searchedTo = 0;
  private readonly cancel = new Subject<void>();
  private turn = 0;
  private growTimer: ReturnType<typeof setTimeout> | undefined;
  private growing = false;

  constructor(
    private readonly api: Pick<Api, 'searchLog'>,
    private readonly buildId: number,
  ) {}

  /** Searches anew and stands at the first match from line `near` on. @returns its number. */
  async start(wish: SearchWish, filter: LineFilter, near: number): Promise<number | undefined> {
    this.stop();
    this.sought.set(wish);
    this.filter = filter;
    if (wish.text === '') return undefined;
    return this.run(async () => {
      const { total, searchedTo } = await this.load(1, 0);
      this.count.set(total);
      this.searchedTo = searchedTo;
      if (total === 0) return undefined;
      return (await this.firstFrom(near)) ?? (await this.firstFrom(1));
    });
  }

  /** The next match behind line `n`, or the first one again. @returns its number. */
  next(n: number): Promise<number | undefined> {
    return this.run(async () => (await this.firstFrom(n + 1)) ?? (await this.firstFrom(1)));
  }

  /** The last match before line `n`, or the last one of all. @returns its number. */
  previous(n: number): Promise<number | undefined> {
    return this.run(async () => (await this.lastBefore(n)) ?? (await this.lastBefore(this.searchedTo + 1)));
  }

  /** Where line `n` matches: [start, end) in its text without control sequences. */
  rangesOf(n: number): number[][] | undefined {
    const { matches } = this.known();
    const match = matches[indexFrom(matches, n)];
    return match?.n === n ? match.ranges : undefined;
  }

  /** Somebody looks at these lines: of more matches than are known, those there are fetched. */
  look(first: number, last: number): void {
    if (!this.active() || this.underWay() || this.count() === undefined) return;
    const { from, before, truncated, matches } = this.known();
    const behind = truncated && last > (matches.at(-1)?.n ?? 0);
    if (!behind && !(before > 0 && first < from)) return;
    void this.run(async () => {
      await this.load(first);
      return undefined;
    });
  }

  /** The log has so many lines by now: what is new is searched too. */
  grow(total: number): void {
    if (!this.active() || this.count() === undefined || total <= this.searchedTo) return;
    this.growTimer ??= setTimeout(() => {
      this.growTimer = undefined;
      void this.searchOn();
    }, GROW_MS);
  }

  stop(): void {
    this.takeTurn();
    clearTimeout(this.growTimer);
    this.growTimer = undefined;
    this.underWay.set(false);
    this.sought.set(NO_SEARCH);
    this.count.set(undefined);
    this.at.set(undefined);
    this.failure.set(undefined);
    this.known.set({ from: 1, before: 0, matches: [], truncated: false });
    this.searchedTo = 0;
  }

  /** One at a time: what is under way is given up. */
  private async run(task: () => Promise<number | undefined>): Promise<number | undefined> {
    const turn = this.takeTurn();
    this.underWay.set(true);
    try {
      const n = await task();
      if (turn !== this.turn) return undefined;
      this.failure.set(undefined);
      return n;
    } catch (error) {
      if (turn === this.turn) this.failure.set(problemOf(error));
      return undefined;
    } finally {
      if (turn === this.turn) this.underWay.set(false);
    }
  }

  private takeTurn(): number {
    this.turn += 1;
    this.cancel.next();
    return this.turn;
  }

  private async firstFrom(n: number): Promise<number | undefined> {
    const { from, truncated, matches } = this.known();
    const inside = n >= from || this.known().before === 0;
    if (inside && indexFrom(matches, n) < matches.length) return this.standAt(indexFrom(matches, n));
    if (inside && !truncated) return undefined;
    await this.load(n);
    return this.known().matches.length === 0 ? undefined : this.standAt(0);
  }

  private async lastBefore(n: number): Promise<number | undefined> {
    const { from, truncated, matches, before } = this.known();
    const index = indexFrom(matches, n) - 1;
    const covered = !truncated || index < matches.length - 1;
    if (index >= 0 && covered && n > from) return this.standAt(index);
    if (before === 0 && covered) return undefined;
    return this.seekBefore(n);
  }

  /** Halves the lines until a part holds the match wanted and no more than the server names. */
  private async seekBefore(n: number): Promise<number | undefined> {
    const behind = (await this.ask(n)).total;
    if (behind >= (this.count() ?? 0)) return undefined;
    let [low, high] = [1, n];
    let from = Math.max(1, n - NAMED);
    for (;;) {
      const { total } = await this.load(from);
      const between = total - behind;
      if (between >= 1 && between <= NAMED) {
        return this.standAt(indexFrom(this.known().matches, n) - 1);
      }
      if (between < 1) high = from;
      else low = from;
      if (high - low <= 1 && from === low) return undefined;
      from = high - low <= 1 ? low : (low + high) >> 1;
    }
  }

  private standAt(index: number): number | undefined {
    const { before, matches } = this.known();
    const match = matches[index];
    if (match !== undefined) this.at.set({ n: match.n, position: before + index + 1 });
    return match?.n;
  }

  /** What is known from now on are the matches from this line on. */
  private async load(from: number, before?: number): Promise<LogSearchResult> {
    const result = await this.ask(from);
    const { total, truncated, matches } = result;
    this.known.set({ from, before: before ?? Math.max(0, (this.count() ?? 0) - total), truncated, matches });
    return result;
  }

  private ask(from: number): Promise<LogSearchResult> {
    const { text, regex, caseSensitive } = this.sought();
    const request = { q: text, regex, caseSensitive, from, ...this.filter };
    return firstValueFrom(this.api.searchLog(this.buildId, request).pipe(takeUntil(this.cancel)));
  }

  private async searchOn(): Promise<void> {
    if (this.growing || this.underWay()) return;
    this.growing = true;
    try {
      const { total, matches, searchedTo, truncated } = await this.ask(this.searchedTo + 1);
      this.searchedTo = Math.max(this.searchedTo, searchedTo);
      this.count.update((count = 0) => count + total);
      this.known.update((known) => {
        if (known.truncated || total === 0) return known;
        if (known.matches.length >= NAMED) return { ...known, truncated: true };
        return { ...known, matches: [...known.matches, ...matches], truncated };
      });
    } catch {
      // It is asked again with the next lines; a search that a person begins says what is wrong.
      return;
    } finally {
      this.growing = false;
    }
  }
}

/** Index of the first match in line `n` or behind it. */
function indexFrom(matches: readonly LogMatch[], n: number): number {
  let low = 0;
  let high = matches.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((matches[middle]?.n ?? Infinity) < n) low = middle + 1;
    else high = middle;
  }
  return low;
}
