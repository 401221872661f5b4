import {
  afterRenderEffect,
  ChangeDetectionStrategy,
  Component,
  computed,
  DestroyRef,
  effect,
  type ElementRef,
  inject,
  input,
  model,
  output,
  signal,
  untracked,
  viewChild,
} from '@angular/core';
import type { LogLine, LogStream } from '@image-manager/contracts';
import { Formats } from '../../i18n/formats';
import { I18n } from '../../i18n/i18n';
import { LineLayout } from './line-layout';
import { pageOf } from './line-pages';
import type { LineMark } from './line-mark';
import type { LineSource } from './line-source';
import { LogPreferences } from './log-preferences';
import { elapsed, RowDrawer } from './log-row';
import type { LogSearch } from './log-search';
import { LogSight } from './log-sight';

/** The scroll bar is put right when it has stood still for so long, in browsers that do not say when a scroll has ended. */
const REST_MS = 150;

/** The lines in sight, of any number of lines. */
@Component({
  selector: 'im-log-viewport',
  changeDetection: ChangeDetectionStrategy.OnPush,
  templateUrl: './log-viewport.html',
  styleUrls: ['./log-viewport.css', './log-colours.css'],
})
export class LogViewport {
  readonly source = input.required<LineSource>();
  readonly search = input.required<LogSearch>();
  readonly buildId = input.required<number>();
  readonly mark = input<LineMark>();
  /** The line that tells why the build failed. */
  readonly cause = input<number>();
  /** The first lines of stages. */
  readonly opens = input<ReadonlySet<number>>(new Set());
  /** The first line of what a line belongs to. */
  readonly placeOf = input<(n: number, line: LogLine | undefined) => number | undefined>(() => undefined);
  /** When the build began, milliseconds since the epoch; times since then are counted from it. */
  readonly begin = input<number>();
  /** Characters of the longest name of a cloud, which lines of one begin with; 0 shows none. */
  readonly cloudWidth = input(0);
  /** Stay at the newest line. A scroll upwards ends it, the end of the log begins it. */
  readonly follow = model(false);
  readonly pick = output<{ n: number; extend: boolean }>();

  protected readonly preferences = inject(LogPreferences);
  private readonly formats = inject(Formats);
  private readonly i18n = inject(I18n);
  protected readonly t = this.i18n.t;
  protected readonly tn = this.i18n.tn;
  protected readonly hundred = '0'.repeat(100);
  private readonly scroller = viewChild.required<ElementRef<HTMLElement>>('scroller');
  private readonly ruler = viewChild.required<ElementRef<HTMLElement>>('ruler');

  private readonly sight = new LogSight();
  private readonly place = signal<number | undefined>(undefined);
  /** Of what is read; it changes only where something else begins, however fast one scrolls. */
  readonly reading = this.place.asReadonly();
  private readonly moves = signal(0);
  private readonly whole = signal<ReadonlySet<number>>(new Set());
  private readonly measures = signal(0);
  private readonly size = signal({ height: 600, columns: 100 });
  private readonly wanted = signal<number | undefined>(undefined);
  /** What is wanted and not here yet. */
  private awaited: number | undefined;
  /** A match that is to be seen although its line is wider than the screen. */
  private sideways = false;
  /** The line that was picked last: where keys go on. */
  private lead: number | undefined;
  private timer: ReturnType<typeof setTimeout> | undefined;
  /** Characters of the longest line seen, for the width of the scrolled area. */
  private longest = 0;

  protected readonly streams = computed<Record<LogStream, { tag: string; name: string }>>(() => {
    const word = (stream: LogStream) => ({
      tag: this.t(`log.tag.${stream}`),
      name: this.t(`log.stream.${stream}`),
    });
    return {
      manager: word('manager'),
      stdout: word('stdout'),
      console: word('console'),
      agent: word('agent'),
    };
  });

  private readonly layout = computed(
    () => new LineLayout(this.source().pages, this.preferences.wrap() ? this.size().columns : undefined),
  );
  private readonly drawer = computed(() => {
    const begin = this.begin();
    const style = this.preferences.times();
    if (style === 'clock') return new RowDrawer(this.formats.time);
    return new RowDrawer(style === 'off' ? () => '' : (at) => elapsed(at - (begin ?? at)));
  });

  /** Worked out anew when lines came or were measured, not when they are only scrolled. */
  private readonly heights = computed(() => {
    this.source().version();
    this.measures();
    const layout = this.layout();
    layout.update();
    return { layout, height: layout.height };
  });

  protected readonly frame = computed(() => {
    this.moves();
    const { layout, height } = this.heights();
    const drawing = this.sight.draw(layout, { height, view: this.size().height, follow: this.follow() });
    const placed = drawing.rows;
    const search = this.search();
    const { current } = search.version();
    const rows = this.drawer().draw(placed, {
      whole: this.whole(),
      rangesOf: (n) => search.rangesOf(n),
      current: current?.n,
    });
    for (const { spans } of rows) this.longest = Math.max(this.longest, lengthOf(spans));
    return {
      rows,
      height: drawing.height,
      longest: this.preferences.wrap() ? 0 : this.longest,
      offset: drawing.offset,
      first: placed[0]?.n ?? 1,
      last: placed.at(-1)?.n ?? 1,
    };
  });

  constructor() {
    effect(() => {
      this.source();
      untracked(() => {
        this.longest = 0;
        this.whole.set(new Set());
      });
    });
    afterRenderEffect(() => {
      this.settle();
    });
    const observer = new ResizeObserver(() => {
      this.measureView();
    });
    const scrolled = () => {
      this.onScroll();
    };
    const ended = () => {
      this.onScrollEnd();
    };
    effect((onCleanup) => {
      const element = this.scroller().nativeElement;
      observer.observe(element);
      element.addEventListener('scrollend', ended);
      // Bound in the template, each event would have all that surrounds the log worked out anew.
      element.addEventListener('scroll', scrolled, { passive: true });
      onCleanup(() => {
        observer.unobserve(element);
        element.removeEventListener('scroll', scrolled);
        element.removeEventListener('scrollend', ended);
      });
    });
    inject(DestroyRef).onDestroy(() => {
      observer.disconnect();
      clearTimeout(this.timer);
    });
  }

  /** Shows a line, with what led there above it. */
  goTo(n: number): void {
    this.follow.set(false);
    this.wanted.set(n);
  }

  /** Shows a line, and moves nothing when it is in sight. */
  reveal(n: number): void {
    this.sideways = true;
    const { first, last } = this.inSight();
    if (n > first && n < last) {
      this.follow.set(false);
      this.moves.update((count) => count + 1);
    } else this.goTo(n);
  }

  /** The first and the last line that are in sight as a whole. */
  inSight(): { first: number; last: number } {
    return this.sight.whole(this.layout());
  }

  focus(): void {
    this.scroller().nativeElement.focus({ preventScroll: true });
  }

  protected showWhole(n: number): void {
    this.whole.update((lines) => new Set(lines).add(n));
    this.measures.update((count) => count + 1);
  }

  private onScroll(): void {
    const { scrollTop, scrollHeight, clientHeight } = this.scroller().nativeElement;
    const scroll = this.sight.scrolled(this.layout(), scrollTop, scrollHeight - clientHeight);
    if (scroll === undefined) return;
    if (scroll.follow !== undefined) this.follow.set(scroll.follow);
    if (scroll.redraw) this.moves.update((count) => count + 1);
    this.tellPlace();
    if (this.tellsEnd()) return;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      this.onScrollEnd();
    }, REST_MS);
  }

  private onScrollEnd(): void {
    this.sight.scrollEnded();
    this.rest();
  }

  /** A timer would move the bar under the hand of a person whose machine is busy. */
  private tellsEnd(): boolean {
    return 'onscrollend' in this.scroller().nativeElement;
  }

  protected isMarked(n: number): boolean {
    const mark = this.mark();
    return mark !== undefined && n >= mark.from && n <= mark.to;
  }

  protected choose(event: MouseEvent, n: number): void {
    event.preventDefault();
    this.lead = n;
    this.pick.emit({ n, extend: event.shiftKey });
  }

  /** End is the newest line, also while lines come. Alt and an arrow move the marked line, with Shift the marked range grows. */
  protected onKey(event: KeyboardEvent): void {
    if (event.key === 'End' && !event.altKey && !event.shiftKey) {
      event.preventDefault();
      this.follow.set(true);
      return;
    }
    if (!event.altKey || (event.key !== 'ArrowDown' && event.key !== 'ArrowUp')) return;
    event.preventDefault();
    const mark = this.mark();
    const step = event.key === 'ArrowDown' ? 1 : -1;
    const from = this.lead ?? mark?.from;
    const n = mark === undefined || from === undefined ? this.inSight().first : from + step;
    if (n < 1 || n > this.source().pages.total) return;
    this.lead = n;
    this.pick.emit({ n, extend: event.shiftKey });
    this.reveal(n);
  }

  /** After each render: measures, asks for what is missing, and puts the bar where the log is. */
  private settle(): void {
    const { first, last } = this.frame();
    const source = this.source();
    const wanted = this.wanted();
    this.placeOf();
    this.mark();
    untracked(() => {
      if (source.pages.total === 0) return;
      if (wanted !== undefined && wanted <= source.pages.total) {
        this.bring(wanted);
        return;
      }
      if (this.preferences.wrap() && this.measureRows()) {
        this.measures.update((count) => count + 1);
        return;
      }
      source.look(first, last);
      this.search().look(first, last);
      if (this.follow()) this.rest();
      this.scrollSideways();
      this.tellPlace();
    });
  }

  private tellPlace(): void {
    const row = this.sight.reading(this.layout(), this.mark()?.from);
    if (row !== undefined) this.place.set(this.placeOf()(row.n, row.line));
  }

  /** Puts a line in sight: at once where it belongs, and once more when it is here and heights are known. */
  private bring(n: number): void {
    const source = this.source();
    const isHere = source.pages.lines(pageOf(n)) !== undefined;
    if (isHere || this.awaited !== n) {
      this.sight.bring(this.layout(), n);
      this.moves.update((count) => count + 1);
    }
    this.awaited = isHere ? undefined : n;
    if (isHere) this.wanted.set(undefined);
    source.look(n - 50, n + 100);
    this.rest();
  }

  private scrollSideways(): void {
    if (!this.sideways) return;
    const element = this.scroller().nativeElement;
    const hit = element.querySelector('.hit.now');
    if (hit === null) return;
    this.sideways = false;
    const { left, right } = hit.getBoundingClientRect();
    const view = element.getBoundingClientRect();
    const begin = this.ruler().nativeElement.offsetLeft;
    if (right > view.right - 40) element.scrollLeft += right - view.right + view.width / 3;
    else if (left < view.left + Math.min(begin, 40)) element.scrollLeft = 0;
  }

  private rest(): void {
    const element = this.scroller().nativeElement;
    const { bar, moved } = this.sight.rest(this.layout(), this.follow());
    if (Math.abs(element.scrollTop - bar) >= 1) element.scrollTop = bar;
    if (moved) this.moves.update((count) => count + 1);
  }

  private measureRows(): boolean {
    const layout = this.layout();
    let news = false;
    for (const row of this.scroller().nativeElement.querySelectorAll<HTMLElement>('.row[data-n]'))
      news = layout.measured(Number(row.dataset['n']), row.offsetHeight) || news;
    return news;
  }

  private measureView(): void {
    const element = this.scroller().nativeElement;
    const ruler = this.ruler().nativeElement;
    // The ruler is as wide as the columns before the text; its text is a hundred characters.
    const character = (ruler.firstElementChild?.getBoundingClientRect().width ?? 0) / 100;
    const text = element.clientWidth - ruler.offsetLeft - 16;
    const columns = character > 0 ? Math.max(20, Math.floor(text / character)) : 100;
    const { height, columns: before } = this.size();
    if (height !== element.clientHeight || columns !== before)
      this.size.set({ height: element.clientHeight, columns });
  }
}

function lengthOf(spans: readonly { text: string }[]): number {
  return spans.reduce((sum, { text }) => sum + text.length, 0);
}
