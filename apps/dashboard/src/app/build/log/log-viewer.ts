import {
  ChangeDetectionStrategy,
  Component,
  computed,
  effect,
  inject,
  input,
  signal,
  untracked,
  viewChild,
} from '@angular/core';
import { Router } from '@angular/router';
import { type BuildView, isFinal, type LogLine, STAGE_NAMES, type StageName } from '@image-manager/contracts';
import { Api, logDownloadUrl } from '../../api/api';
import { I18n } from '../../i18n/i18n';
import { Live } from '../../live/live';
import { LogClient } from '../../live/log-client';
import { ProblemBox } from '../../status/problem-box';
import { formatMark, type LineMark } from './line-mark';
import { type LineFilter, LineSource } from './line-source';
import { LogPreferences, TIME_STYLES } from './log-preferences';
import { LogViewport } from './log-viewport';

/** How far back from its end a failed log is looked through for the line that tells the cause. */
const CAUSE_LINES = 5_000;

/** A build's log: what is looked at is fetched, what is new comes by itself. */
@Component({
  selector: 'im-log-viewer',
  imports: [LogViewport, ProblemBox],
  changeDetection: ChangeDetectionStrategy.OnPush,
  templateUrl: './log-viewer.html',
  styleUrl: './log-viewer.css',
  host: { '[class.maximised]': 'maximised()', '(keydown.escape)': 'maximised.set(false)' },
})
export class LogViewer {
  readonly build = input.required<BuildView>();
  /** The lines that the URL points at. */
  readonly mark = input<LineMark>();

  private readonly live = inject(Live);
  private readonly api = inject(Api);
  private readonly router = inject(Router);
  private readonly i18n = inject(I18n);
  protected readonly t = this.i18n.t;
  protected readonly tn = this.i18n.tn;
  protected readonly preferences = inject(LogPreferences);
  protected readonly connected = this.live.connected;
  protected readonly stages = STAGE_NAMES;
  protected readonly timeStyles = TIME_STYLES;

  private readonly viewport = viewChild(LogViewport);
  protected readonly buildId = computed(() => this.build().id);
  protected readonly begin = computed(() => Date.parse(this.build().startedAt ?? this.build().createdAt));
  protected readonly filter = signal<LineFilter>({});
  protected readonly total = signal(0);
  protected readonly follow = signal(true);
  protected readonly maximised = signal(false);
  /** The line that tells why the build failed, once it was found. */
  protected readonly cause = signal<number | undefined>(undefined);
  protected readonly refusal = signal<string | undefined>(undefined);
  /** Lines that came since following ended. */
  protected readonly waiting = signal(0);
  protected readonly download = computed(() => logDownloadUrl(this.buildId()));
  protected readonly source = signal<LineSource | undefined>(undefined);

  constructor() {
    effect((onCleanup) => {
      const id = this.buildId();
      const client = untracked(() => this.open(id));
      onCleanup(() => {
        client.stop();
        this.source()?.close();
      });
    });
    effect(() => {
      const mark = this.mark();
      const viewport = this.viewport();
      if (mark !== undefined) untracked(() => viewport?.goTo(mark.from));
    });
    effect(() => {
      if (this.follow()) this.waiting.set(0);
    });
  }

  /** Shows the first line of a stage, where its cloud has one. */
  jumpTo(stage: StageName, cloud = ''): void {
    this.use({});
    this.api
      .logPage(this.buildId(), { from: 1, limit: 1, stage, ...(cloud === '' ? {} : { cloud }) })
      .subscribe(({ lines: [line] }) => {
        if (line !== undefined) this.viewport()?.goTo(line.n);
      });
  }

  /** Shows the line that tells why the build failed. */
  jumpToCause(): void {
    const { cause, id } = this.build();
    if (cause === undefined) return;
    this.use({});
    const from = Math.max(1, this.total() - CAUSE_LINES + 1);
    this.api.logPage(id, { from, limit: CAUSE_LINES, stage: cause.stage }).subscribe(({ lines }) => {
      const n = causeLine(lines, cause.lines ?? []);
      if (n === undefined) return;
      this.cause.set(n);
      this.viewport()?.goTo(n);
    });
  }

  protected chooseStage(value: string): void {
    const stage = STAGE_NAMES.find((name) => name === value);
    const { cloud } = this.filter();
    this.use({ ...(stage === undefined ? {} : { stage }), ...(cloud === undefined ? {} : { cloud }) });
  }

  protected chooseCloud(cloud: string): void {
    const { stage } = this.filter();
    this.use({ ...(stage === undefined ? {} : { stage }), ...(cloud === '' ? {} : { cloud }) });
  }

  protected chooseTimes(value: string): void {
    const style = TIME_STYLES.find((name) => name === value);
    if (style !== undefined) this.preferences.useTimes(style);
  }

  protected pick({ n, extend }: { n: number; extend: boolean }): void {
    const start = this.mark()?.from;
    this.point(
      extend && start !== undefined
        ? { from: Math.min(start, n), to: Math.max(start, n) }
        : { from: n, to: n },
    );
  }

  private point(mark: LineMark): void {
    const known = this.mark();
    if (known?.from === mark.from && known.to === mark.to) this.viewport()?.goTo(mark.from);
    // The page stays where it is: only the log moves.
    void this.router.navigate([], {
      fragment: formatMark(mark),
      queryParamsHandling: 'preserve',
      replaceUrl: true,
      scroll: 'manual',
    });
  }

  private open(id: number): LogClient {
    const total = this.build().logLines;
    this.total.set(total);
    this.refusal.set(undefined);
    this.waiting.set(0);
    this.cause.set(undefined);
    this.filter.set({});
    this.source.set(new LineSource(this.api, id, {}, total));
    this.follow.set(this.mark() === undefined);
    if (this.mark() === undefined && isFinal(this.build().status)) this.jumpToCause();
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
    source?.append(lines);
    if (this.follow()) return;
    const fresh = lines.filter((line) => source?.fits(line) ?? true).length;
    this.waiting.update((count) => count + fresh);
  }

  private use(filter: LineFilter): void {
    const { stage, cloud } = this.filter();
    if (stage === filter.stage && cloud === filter.cloud) return;
    this.source()?.close();
    this.filter.set(filter);
    this.source.set(new LineSource(this.api, this.buildId(), filter, this.total()));
  }
}

/** The line of the log that ends as the last line of the cause does. */
function causeLine(lines: readonly LogLine[], cause: readonly string[]): number | undefined {
  const telling = cause.findLast((text) => text.trim() !== '');
  if (telling === undefined) return undefined;
  return lines.find(({ text }) => text.endsWith(telling))?.n;
}
