import {
  afterNextRender,
  ChangeDetectionStrategy,
  Component,
  computed,
  DestroyRef,
  effect,
  ElementRef,
  inject,
  Injector,
  input,
  signal,
  untracked,
  viewChild,
} from '@angular/core';
import { MatButton } from '@angular/material/button';
import {
  type BuildView,
  isFinal,
  type LogLine,
  type LogMarks,
  type StageName,
} from '@image-manager/contracts';
import { Api, logDownloadUrl } from '../../api/api';
import { I18n } from '../../i18n/i18n';
import { Live } from '../../live/live';
import { LogClient } from '../../live/log-client';
import { ProblemBox } from '../../status/problem-box';
import { type LineFilter, LineSource } from './line-source';
import { LogCopy } from './log-copy';
import { type Opening, openingOf } from './log-opening';
import { LogOutline } from './log-outline';
import { LogParts } from './log-parts';
import { LogPlace } from './log-place';
import { LogPreferences } from './log-preferences';
import { LogSearch, type SearchWish } from './log-search';
import { type Copy, LogTools } from './log-tools';
import { LogViewport } from './log-viewport';
import { SearchBar } from './search-bar';

/** Pixels. Less than this leaves no room beside the log for its outline; from that on it stands there unless it was hidden. */
const SHEET_BELOW = 640;
const BESIDE_FROM = 960;

/** The log of one build: what is looked at is fetched, what is new comes by itself. */
@Component({
  selector: 'im-log-viewer',
  imports: [LogOutline, LogTools, LogViewport, MatButton, ProblemBox, SearchBar],
  providers: [LogCopy, LogPlace],
  changeDetection: ChangeDetectionStrategy.OnPush,
  templateUrl: './log-viewer.html',
  styleUrl: './log-viewer.css',
  host: {
    '[class.maximised]': 'maximised()',
    '(keydown.escape)': 'maximised.set(false)',
    '(document:keydown)': 'onKey($event)',
  },
})
export class LogViewer {
  /** Always the same build, as it changes. */
  readonly build = input.required<BuildView>();

  private readonly injector = inject(Injector);
  private readonly live = inject(Live);
  private readonly api = inject(Api);
  private readonly copier = inject(LogCopy);
  private readonly i18n = inject(I18n);
  protected readonly place = inject(LogPlace);
  protected readonly t = this.i18n.t;
  protected readonly tn = this.i18n.tn;
  protected readonly connected = this.live.connected;

  protected readonly viewport = viewChild(LogViewport);
  private readonly tools = viewChild.required(LogTools);
  private readonly outline = viewChild(LogOutline);
  private readonly searchBar = viewChild.required(SearchBar);
  protected readonly buildId = computed(() => this.build().id);
  protected readonly ended = computed(() => isFinal(this.build().status));
  protected readonly begin = computed(() => Date.parse(this.build().startedAt ?? this.build().createdAt));
  protected readonly total = signal(0);
  protected readonly follow = signal(false);
  protected readonly maximised = signal(false);
  protected readonly refusal = signal<string | undefined>(undefined);
  /** Lines that came since following ended. */
  protected readonly waiting = signal(0);
  /** Where lines of several clouds stand together, each says which is its own. */
  protected readonly cloudWidth = computed(() => {
    const { clouds } = this.build();
    if (clouds.length < 2 || this.place.filter().cloud !== undefined) return 0;
    return Math.max(...clouds.map(({ length }) => length));
  });
  protected readonly download = computed(() => logDownloadUrl(this.buildId(), this.place.filter()));
  protected readonly source = signal<LineSource | undefined>(undefined);
  protected readonly search = computed(() => new LogSearch(this.api, this.buildId()));
  private readonly preferences = inject(LogPreferences);
  private readonly width = signal(BESIDE_FROM - 1);
  protected readonly isSheet = computed(() => this.width() < SHEET_BELOW);
  private readonly sheetOpen = signal(false);
  protected readonly outlined = computed(() => {
    if (this.isSheet()) return this.sheetOpen();
    const wish = this.preferences.outline();
    return wish === undefined ? this.width() >= BESIDE_FROM : wish === 'on';
  });
  protected readonly parts = new LogParts(this.api, this.build, this.outlined);
  /** Lines, or where its parts begin, that could not be fetched. */
  protected readonly problem = computed(() => this.source()?.problem() ?? this.parts.problem());
  /** The address names a line that the log does not have, or not yet. */
  protected readonly beyond = computed(() => (this.place.mark()?.from ?? 0) > this.total());
  /** Where the log opens; undefined once it did. */
  protected readonly opening = signal<Opening | undefined>({ at: 'unknown' });
  /** Where a range that is being marked begins. */
  private anchor: number | undefined;
  /** The search that stood in the address has not been answered yet. */
  private arriving = true;

  constructor() {
    effect((onCleanup) => {
      const id = this.buildId();
      const client = untracked(() => this.connect(id));
      onCleanup(() => {
        client.stop();
      });
    });
    effect(() => {
      const filter = this.place.filter();
      const id = this.buildId();
      untracked(() => {
        this.source()?.close();
        this.source.set(new LineSource(this.api, id, filter, this.total()));
      });
    });
    effect(() => {
      this.open(this.parts.marks());
    });
    effect(() => {
      const mark = this.place.arrived();
      const viewport = this.viewport();
      const beyond = this.beyond();
      if (mark === undefined || viewport === undefined) return;
      untracked(() => {
        if (beyond) this.follow.set(true);
        else if (this.place.mark() === mark) viewport.reveal(mark.from);
      });
    });
    effect(() => {
      const wish = this.place.search();
      const filter = this.place.filter();
      if (this.viewport() !== undefined) untracked(() => void this.seek(wish, filter));
    });
    effect(() => {
      if (this.follow()) this.waiting.set(0);
    });
    effect(() => {
      // What could not be fetched while the server was away is asked for again.
      if (!this.connected()) return;
      untracked(() => {
        this.fetchAgain();
        if (this.search().problem()) this.searchAgain();
      });
    });
    const host = inject<ElementRef<HTMLElement>>(ElementRef).nativeElement;
    const observer = new ResizeObserver(() => {
      this.width.set(host.clientWidth);
    });
    observer.observe(host);
    inject(DestroyRef).onDestroy(() => {
      observer.disconnect();
      this.source()?.close();
      this.search().stop();
    });
  }

  /** Shows the first line of a stage, where its cloud has one. */
  jumpTo(stage: StageName, cloud = ''): void {
    const line = this.parts.stages.lineOf(stage, cloud);
    if (line !== undefined) this.goTo(line);
  }

  /** Shows the line that tells why the build failed; where there is none, the stage that failed. */
  jumpToCause(): void {
    const line = this.parts.firstError();
    const { cause } = this.build();
    if (line !== undefined) this.goTo(line);
    else if (cause !== undefined) this.jumpTo(cause.stage, cause.cloud);
  }

  /** Ctrl+F and a slash search the log; where the field has the focus already, Ctrl+F is the browser's. */
  protected onKey(event: KeyboardEvent): void {
    const searches = (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey && isF(event);
    const slash = event.key === '/' && !event.ctrlKey && !event.metaKey && !isTyping(event.target);
    if (event.defaultPrevented || !(searches || slash) || document.querySelector('.cdk-overlay-backdrop'))
      return;
    if (this.searchBar().hasFocus()) return;
    event.preventDefault();
    this.searchBar().focus();
  }

  protected async step(direction: 'next' | 'previous'): Promise<void> {
    const search = this.search();
    const from = search.current()?.n ?? (this.viewport()?.inSight().first ?? 1) - 1;
    this.stand(await search[direction](from));
  }

  protected pick({ n, extend }: { n: number; extend: boolean }): void {
    if (!extend || this.place.mark() === undefined) this.anchor = n;
    const start = this.anchor ?? this.place.mark()?.from ?? n;
    this.place.point({ from: Math.min(start, n), to: Math.max(start, n) });
  }

  /** A line that the filter may have left out. */
  protected goTo(n: number): void {
    this.place.show({});
    this.place.point({ from: n, to: n });
    this.viewport()?.goTo(n);
  }

  protected showOutline(on: boolean): void {
    if (!this.isSheet()) {
      this.preferences.useOutline(on);
      return;
    }
    this.sheetOpen.set(on);
    if (on) afterNextRender(() => this.outline()?.focus(), { injector: this.injector });
  }

  protected goToPlace(n: number): void {
    this.goTo(n);
    if (!this.isSheet()) return;
    this.sheetOpen.set(false);
    this.focusLog();
  }

  protected leaveOutline(): void {
    this.showOutline(false);
    this.tools().focusOutline();
  }

  protected toEdge(edge: 'begin' | 'end'): void {
    this.place.point(undefined);
    if (edge === 'end') this.follow.set(true);
    else this.viewport()?.goTo(1);
  }

  /** The button that asked for it is gone then: keys go on in the log. */
  protected catchUp(): void {
    this.toEdge('end');
    this.focusLog();
  }

  protected async copy(what: Copy): Promise<void> {
    const mark = this.place.mark();
    if (what === 'link') this.copier.link(this.place.link(mark));
    else if (what === 'marked' && mark !== undefined)
      await this.copier.lines(this.buildId(), mark, this.place.filter());
    else {
      const { first, last } = this.viewport()?.inSight() ?? { first: 1, last: 1 };
      await this.copier.lines(this.buildId(), { from: first, to: last }, this.place.filter());
    }
  }

  /** What could not be fetched is asked for again. */
  protected fetchAgain(): void {
    if (this.source()?.problem()) this.source()?.retry();
    this.parts.fetchAgain();
  }

  protected searchAgain(): void {
    void this.seek(this.place.search(), this.place.filter());
  }

  protected focusLog(): void {
    this.viewport()?.focus();
  }

  private open(marks: LogMarks | null | undefined): void {
    if (this.opening()?.at !== 'unknown' || this.viewport() === undefined) return;
    const { cause } = this.build();
    const opening = openingOf(
      {
        line: this.place.mark()?.from,
        searched: this.place.search().text !== '',
        failed: this.ended() && cause !== undefined,
      },
      marks,
    );
    if (opening.at === 'unknown') return;
    this.opening.set(undefined);
    if (opening.at === 'line' && opening.n <= this.total()) this.viewport()?.goTo(opening.n);
    else if (opening.at !== 'match') this.follow.set(true);
  }

  private async seek(wish: SearchWish, filter: LineFilter): Promise<void> {
    const mark = this.place.mark();
    const { arriving } = this;
    this.arriving = false;
    const near = mark?.from ?? this.viewport()?.inSight().first ?? 1;
    const n = await this.search().start(wish, filter, near);
    if (arriving && wish.text !== '') {
      // The line in the address is what was meant to be seen, also when it is no match.
      if (mark !== undefined && n !== mark.from) return;
      if (n === undefined) this.follow.set(true);
    }
    this.stand(n);
  }

  private stand(n: number | undefined): void {
    if (n === undefined) return;
    this.place.point({ from: n, to: n });
    this.viewport()?.reveal(n);
  }

  private connect(id: number): LogClient {
    const total = this.build().logLines;
    this.total.set(total);
    const client = new LogClient(
      this.live.socket,
      id,
      {
        append: (lines) => {
          this.take(lines);
        },
        skip: (lines) => {
          this.total.set(lines);
          this.source()?.grow(lines);
          this.search().grow(lines);
          this.parts.refresh();
        },
        refused: ({ code, message }) => {
          this.refusal.set(`${message} (${code})`);
        },
      },
      total,
    );
    client.start();
    return client;
  }

  private take(lines: readonly LogLine[]): void {
    const source = this.source();
    this.total.set(lines.at(-1)?.n ?? this.total());
    this.refusal.set(undefined);
    source?.append(lines);
    this.parts.see(lines);
    this.search().grow(this.total());
    if (this.follow()) return;
    const fresh = lines.filter((line) => source?.fits(line) ?? true).length;
    this.waiting.update((count) => count + fresh);
  }
}

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName))
  );
}

/** The key F, in alphabets too that have none. */
function isF({ key, code }: KeyboardEvent): boolean {
  return key.toLowerCase() === 'f' || (code === 'KeyF' && /[^\p{ASCII}]/u.test(key));
}
