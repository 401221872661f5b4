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
import type { LogStream } from '@image-manager/contracts';
import { Formats } from '../../i18n/formats';
import { I18n } from '../../i18n/i18n';
import { type Anchor, LineLayout, ROW } from './line-layout';
import { pageOf } from './line-pages';
import type { LineMark } from './line-mark';
import type { LineSource } from './line-source';
import { LogPreferences } from './log-preferences';
import { elapsed, RowDrawer, SHOWN_CHARACTERS } from './log-row';
import { ScrollSpace } from './scroll-space';

/** Pixels drawn beyond both edges, so that a fast scroll meets text. */
const MARGIN = 20 * ROW;
/** The scroll bar is put right when it has stood still for so long. */
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
  readonly buildId = input.required<number>();
  readonly mark = input<LineMark>();
  /** The line that tells why the build failed. */
  readonly cause = input<number>();
  /** When the build began, milliseconds since the epoch; times since then are counted from it. */
  readonly begin = input<number>();
  readonly showCloud = input(false);
  /** Stay at the newest line. A scroll upwards ends it, the end of the log begins it. */
  readonly follow = model(false);
  readonly pick = output<{ n: number; extend: boolean }>();

  protected readonly preferences = inject(LogPreferences);
  private readonly formats = inject(Formats);
  protected readonly t = inject(I18n).t;
  protected readonly hundred = '0'.repeat(100);
  private readonly scroller = viewChild.required<ElementRef<HTMLElement>>('scroller');
  private readonly ruler = viewChild.required<ElementRef<HTMLElement>>('ruler');

  private readonly space = new ScrollSpace();
  private readonly moves = signal(0);
  private readonly measures = signal(0);
  private readonly size = signal({ height: 600, columns: 100 });
  private readonly wanted = signal<number | undefined>(undefined);
  private anchor: Anchor = { n: 1, offset: 0 };
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
      stderr: word('stderr'),
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
    const { space } = this;
    space.resize(height, this.size().height);
    if (this.follow()) space.top = space.end;
    else space.top = Math.min(space.end, Math.max(0, layout.topOf(this.anchor)));
    const placed = layout.rows(space.top - MARGIN, space.top + this.size().height + MARGIN);
    const rows = this.drawer().draw(placed);
    for (const { line } of rows) this.longest = Math.max(this.longest, line?.text.length ?? 0);
    return {
      rows,
      height: space.barHeight,
      longest: this.preferences.wrap() ? 0 : Math.min(this.longest, SHOWN_CHARACTERS),
      offset: space.toElement(placed[0]?.top ?? 0),
      first: placed[0]?.n ?? 1,
      last: placed.at(-1)?.n ?? 1,
    };
  });

  constructor() {
    effect(() => {
      this.source();
      untracked(() => {
        this.longest = 0;
      });
    });
    afterRenderEffect(() => {
      this.settle();
    });
    const observer = new ResizeObserver(() => {
      this.measureView();
    });
    effect((onCleanup) => {
      const element = this.scroller().nativeElement;
      observer.observe(element);
      onCleanup(() => {
        observer.unobserve(element);
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

  /** The number of the first line in sight. */
  firstInSight(): number {
    return this.layout().anchorAt(this.space.top).n;
  }

  protected onScroll(): void {
    const { scrollTop: bar, scrollHeight, clientHeight } = this.scroller().nativeElement;
    // What we have put there ourselves is rounded by the browser.
    if (Math.abs(bar - this.space.bar) < 1) return;
    const before = this.space.top;
    this.space.scrolled(bar);
    const { top, end } = this.space;
    // A browser that puts the bar at the end of what it knows has not moved up.
    if (end - top < ROW * 1.5 || scrollHeight - clientHeight - bar < ROW * 1.5) this.follow.set(true);
    else if (top < before) this.follow.set(false);
    this.anchor = this.layout().anchorAt(top);
    this.moves.update((count) => count + 1);
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      this.rest();
    }, REST_MS);
  }

  protected isMarked(n: number): boolean {
    const mark = this.mark();
    return mark !== undefined && n >= mark.from && n <= mark.to;
  }

  protected choose(event: MouseEvent, n: number): void {
    event.preventDefault();
    this.pick.emit({ n, extend: event.shiftKey });
  }

  /** After each render: measures, asks for what is missing, and puts the bar where the log is. */
  private settle(): void {
    const { first, last } = this.frame();
    const source = this.source();
    const wanted = this.wanted();
    untracked(() => {
      if (source.pages.total === 0) return;
      if (wanted !== undefined && wanted <= source.pages.total) {
        const above = Math.floor(this.size().height / 3 / ROW) * ROW;
        this.anchor = this.layout().anchorAt(this.layout().topOf({ n: wanted, offset: -above }));
        if (source.pages.lines(pageOf(wanted)) !== undefined) this.wanted.set(undefined);
        this.moves.update((count) => count + 1);
        source.look(wanted - 50, wanted + 100);
        this.rest();
        return;
      }
      if (this.preferences.wrap() && this.measureRows()) {
        this.measures.update((count) => count + 1);
        return;
      }
      source.look(first, last);
      if (this.follow()) this.rest();
    });
  }

  private rest(): void {
    const element = this.scroller().nativeElement;
    const before = this.space.bar;
    const bar = this.space.place(this.follow() ? this.space.end : this.layout().topOf(this.anchor));
    if (Math.abs(element.scrollTop - bar) >= 1) element.scrollTop = bar;
    if (Math.abs(before - bar) >= 1) this.moves.update((count) => count + 1);
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
