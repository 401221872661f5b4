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
  signal,
  untracked,
  viewChild,
} from '@angular/core';
import { Router } from '@angular/router';
import { STAGE_NAMES, type StageName } from '@image-manager/contracts';
import { logDownloadUrl } from '../api/api';
import { Formats } from '../i18n/formats';
import { I18n } from '../i18n/i18n';
import { Live } from '../live/live';
import { LogClient } from '../live/log-client';
import { ansiSpans } from './ansi';
import { indexOfLine, LogLines } from './log-lines';

/** Height of a row in pixels; `--log-row` of the tokens says the same to the style sheet. */
const ROW = 20;
/** Rows drawn beyond both edges, so that a fast scroll meets text. */
const MARGIN = 20;

/** A build's log: backlog, then live lines; only the rows in sight are in the document. */
@Component({
  selector: 'im-log-viewer',
  changeDetection: ChangeDetectionStrategy.OnPush,
  templateUrl: './log-viewer.html',
  styleUrl: './log-viewer.css',
})
export class LogViewer {
  readonly buildId = input.required<number>();
  /** The line that the URL points at. */
  readonly line = input<number>();

  private readonly live = inject(Live);
  private readonly router = inject(Router);
  private readonly i18n = inject(I18n);
  protected readonly t = this.i18n.t;
  protected readonly tn = this.i18n.tn;
  protected readonly formats = inject(Formats);
  protected readonly connected = this.live.connected;
  protected readonly stages = STAGE_NAMES;

  private readonly scroller = viewChild.required<ElementRef<HTMLElement>>('scroller');
  private readonly log = signal(new LogLines());
  protected readonly refusal = signal<string | undefined>(undefined);
  protected readonly stage = signal<StageName | undefined>(undefined);
  protected readonly follow = signal(true);
  private readonly scrollTop = signal(0);
  private readonly height = signal(600);
  /** Rows there were when following ended; what came since is new. */
  private readonly seen = signal(0);
  /** A line to scroll to as soon as it is there. */
  private readonly wanted = signal<number | undefined>(undefined);

  protected readonly download = computed(() => logDownloadUrl(this.buildId()));
  protected readonly total = computed(() => {
    this.log().version();
    return this.log().of(this.stage()).length;
  });
  protected readonly newLines = computed(() => (this.follow() ? 0 : Math.max(0, this.total() - this.seen())));
  protected readonly areaHeight = computed(() => this.total() * ROW);
  protected readonly areaWidth = computed(() => {
    this.total();
    return this.log().longest;
  });

  private readonly first = computed(() => Math.max(0, Math.floor(this.scrollTop() / ROW) - MARGIN));
  protected readonly offset = computed(() => this.first() * ROW);
  protected readonly rows = computed(() => {
    const end = Math.min(this.total(), this.first() + Math.ceil(this.height() / ROW) + 2 * MARGIN);
    return this.log()
      .of(this.stage())
      .slice(this.first(), end)
      .map((line) => ({ line, spans: ansiSpans(line.text) }));
  });

  constructor() {
    effect((onCleanup) => {
      const id = this.buildId();
      const lines = new LogLines();
      const client = new LogClient(this.live.socket, id, {
        append: (batch) => {
          lines.append(batch);
        },
        refused: ({ code, message }) => {
          this.refusal.set(`${message} (${code})`);
        },
      });
      untracked(() => {
        this.log.set(lines);
        this.refusal.set(undefined);
        this.stage.set(undefined);
        this.follow.set(this.line() === undefined);
        client.start();
      });
      onCleanup(() => {
        client.stop();
      });
    });
    effect(() => {
      const line = this.line();
      untracked(() => {
        if (line !== undefined) this.goTo(line);
      });
    });
    afterRenderEffect(() => {
      this.scrollAfterRender();
    });
    const observer = new ResizeObserver(([entry]) => {
      if (entry !== undefined) this.height.set(entry.contentRect.height);
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
    });
  }

  /** Shows the first line of a stage, as soon as there is one. */
  jumpTo(stage: StageName): void {
    this.stage.set(undefined);
    const n = this.log().firstOf(stage);
    if (n !== undefined) this.goTo(n);
  }

  protected chooseStage(value: string): void {
    this.stage.set(STAGE_NAMES.find((name) => name === value));
    this.follow.set(true);
  }

  protected followNow(on: boolean): void {
    if (on) this.wanted.set(undefined);
    else this.seen.set(this.total());
    this.follow.set(on);
  }

  protected onScroll(): void {
    const element = this.scroller().nativeElement;
    const top = element.scrollTop;
    const atEnd = element.scrollHeight - top - element.clientHeight < ROW * 1.5;
    // Growth of the log moves nobody up: only a scroll upwards ends following.
    if (atEnd) this.follow.set(true);
    else if (top < this.scrollTop() && this.follow()) this.followNow(false);
    this.scrollTop.set(top);
  }

  protected linkTo(event: Event, n: number): void {
    event.preventDefault();
    void this.router.navigate([], { fragment: `L${n}`, queryParamsHandling: 'preserve', replaceUrl: true });
  }

  private goTo(n: number): void {
    this.followNow(false);
    this.wanted.set(n);
  }

  /** Runs after each render in which the log, the follow mode or the wanted line changed. */
  private scrollAfterRender(): void {
    const total = this.total();
    const element = this.scroller().nativeElement;
    const wanted = this.wanted();
    if (wanted !== undefined) {
      const lines = this.log().of(this.stage());
      const index = indexOfLine(lines, wanted);
      if (index >= lines.length) return;
      // A third of the height stays above it, so that one sees what led there.
      element.scrollTop = Math.max(0, index * ROW - element.clientHeight / 3);
      this.wanted.set(undefined);
    } else if (this.follow() && total > 0) {
      element.scrollTop = element.scrollHeight;
    }
  }
}
