import { DestroyRef, inject, Injectable, signal } from '@angular/core';
import { takeUntilDestroyed } from '@angular/core/rxjs-interop';
import { ActivatedRoute, NavigationEnd, type ParamMap, Router } from '@angular/router';
import { STAGE_NAMES } from '@image-manager/contracts';
import { filter } from 'rxjs';
import { formatMark, type LineMark, parseMark } from './line-mark';
import type { LineFilter } from './line-source';
import { NO_SEARCH, type SearchWish } from './log-search';

/** Browsers refuse addresses that change with every key that is held down. */
const WRITE_MS = 200;

/**
 * What of the log is looked at: the marked lines, the filter and what is searched for. The page's address says it too, so that a
 * reload, or another person with the link, sees the same. Provided by the log viewer.
 */
@Injectable()
export class LogPlace {
  private readonly router = inject(Router);
  private readonly route = inject(ActivatedRoute);

  private readonly marked = signal<LineMark | undefined>(undefined);
  readonly mark = this.marked.asReadonly();
  private readonly come = signal<LineMark | undefined>(undefined);
  /** The lines that the address pointed at when it was opened. */
  readonly arrived = this.come.asReadonly();
  private readonly filtered = signal<LineFilter>({});
  readonly filter = this.filtered.asReadonly();
  private readonly wish = signal<SearchWish>(NO_SEARCH);
  readonly search = this.wish.asReadonly();

  /** What we wrote last: it comes back as a change of the address, and may be outdated by then. */
  private written: string | undefined;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    this.read();
    // Query and fragment of one navigation come one after the other; only its end shows both.
    this.router.events
      .pipe(
        filter((event) => event instanceof NavigationEnd),
        takeUntilDestroyed(),
      )
      .subscribe(() => {
        this.read();
      });
    inject(DestroyRef).onDestroy(() => {
      clearTimeout(this.timer);
    });
  }

  point(mark: LineMark | undefined): void {
    const known = this.marked();
    if (known?.from === mark?.from && known?.to === mark?.to) return;
    this.marked.set(mark);
    this.writeSoon();
  }

  show(filter: LineFilter): void {
    const { stage, cloud } = this.filtered();
    if (stage === filter.stage && cloud === filter.cloud) return;
    this.filtered.set(filter);
    this.writeSoon();
  }

  find(wish: SearchWish): void {
    this.wish.set(wish);
    this.writeSoon();
  }

  /** The address of these lines, as somebody else may open it. */
  link(mark: LineMark | undefined): string {
    const tree = this.router.createUrlTree([], {
      relativeTo: this.route,
      queryParams: this.parameters(),
      ...(mark === undefined ? {} : { fragment: formatMark(mark) }),
    });
    return new URL(this.router.serializeUrl(tree).replace(/^\//, ''), document.baseURI).href;
  }

  private read(): void {
    const { queryParamMap: query, fragment } = this.route.snapshot;
    const found = {
      mark: parseMark(fragment),
      filter: filterOf(query),
      search: {
        text: query.get('q') ?? '',
        regex: query.get('regex') === 'true',
        caseSensitive: query.get('case') === 'true',
      },
    };
    if (JSON.stringify(found) === this.written) return;
    clearTimeout(this.timer);
    this.marked.set(found.mark);
    this.come.set(found.mark);
    this.filtered.set(found.filter);
    this.wish.set(found.search);
  }

  private writeSoon(): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      this.write();
    }, WRITE_MS);
  }

  private write(): void {
    const mark = this.mark();
    this.written = JSON.stringify({ mark, filter: this.filter(), search: this.search() });
    void this.router.navigate([], {
      relativeTo: this.route,
      queryParams: this.parameters(),
      queryParamsHandling: 'merge',
      ...(mark === undefined ? {} : { fragment: formatMark(mark) }),
      replaceUrl: true,
      // The page stays where it is: only the log moves.
      scroll: 'manual',
    });
  }

  private parameters(): Record<string, string | null> {
    const { stage, cloud } = this.filter();
    const { text, regex, caseSensitive } = this.search();
    return {
      stage: stage ?? null,
      cloud: cloud ?? null,
      q: text === '' ? null : text,
      regex: text !== '' && regex ? 'true' : null,
      case: text !== '' && caseSensitive ? 'true' : null,
    };
  }
}

function filterOf(query: ParamMap): LineFilter {
  const stage = STAGE_NAMES.find((name) => name === query.get('stage'));
  const cloud = query.get('cloud');
  return { ...(stage === undefined ? {} : { stage }), ...(cloud === null ? {} : { cloud }) };
}
