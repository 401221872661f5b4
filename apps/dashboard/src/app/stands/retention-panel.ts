import {
  ChangeDetectionStrategy,
  Component,
  computed,
  type ElementRef,
  inject,
  input,
  output,
  signal,
  viewChild,
} from '@angular/core';
import { MatButton } from '@angular/material/button';
import type { RetentionItem } from '@image-manager/contracts';
import { Api } from '../api/api';
import { loader } from '../api/loader';
import { ConfirmDialog } from '../dialog/confirm-dialog';
import { Disclosure } from '../dialog/disclosure';
import { keepFocus } from '../dialog/keep-focus';
import { Formats } from '../i18n/formats';
import { I18n } from '../i18n/i18n';
import { Live } from '../live/live';
import { Action } from '../shell/action';
import { Notices } from '../shell/notices';
import { ProblemBox } from '../status/problem-box';
import { RetentionTable } from './retention-table';

/** What retention would delete in a cloud and why the rest stays; and, once a person said so, what became of it. */
@Component({
  selector: 'im-retention-panel',
  imports: [ConfirmDialog, Disclosure, MatButton, ProblemBox, RetentionTable],
  changeDetection: ChangeDetectionStrategy.OnPush,
  templateUrl: './retention-panel.html',
  styleUrl: './on-demand.css',
})
export class RetentionPanel {
  /** The cloud's name. */
  readonly cloud = input.required<string>();
  readonly changed = output();

  private readonly api = inject(Api);
  private readonly notices = inject(Notices);
  private readonly i18n = inject(I18n);
  private readonly body = viewChild<ElementRef<HTMLElement>>('body');
  protected readonly t = this.i18n.t;
  protected readonly tn = this.i18n.tn;
  protected readonly formats = inject(Formats);
  protected readonly action = new Action();
  protected readonly open = signal(false);
  protected readonly plan = loader(() => this.api.retention(this.cloud()));
  protected readonly outcome = signal<RetentionItem[] | undefined>(undefined);
  protected readonly going = computed(() =>
    (this.plan.data() ?? []).filter(({ verdict }) => verdict === 'delete'),
  );
  /** What the dialog lists: what it asks about must not change while it is read. */
  protected readonly asked = signal<RetentionItem[]>([]);
  protected readonly counts = computed(() => {
    const items = this.outcome() ?? [];
    const gone = items.filter((item) => item.verdict === 'delete' && item.problem === undefined).length;
    return { gone, stayed: items.length - gone };
  });

  constructor() {
    const refresh = (): void => {
      if (this.open() && this.outcome() === undefined) this.plan.refresh();
    };
    inject(Live).watch({
      images: ({ cloud }) => {
        if (cloud === this.cloud()) refresh();
      },
      reconnect: refresh,
    });
  }

  protected toggle(open: boolean): void {
    this.open.set(open);
    if (open) this.check();
    else this.plan.stop();
  }

  protected check(): void {
    this.outcome.set(undefined);
    this.plan.reset();
  }

  protected checkAgain(): void {
    this.check();
    this.body()?.nativeElement.focus();
  }

  protected ask(question: ConfirmDialog): void {
    if (this.action.running() !== undefined) return;
    this.asked.set(this.going());
    question.open();
  }

  protected apply(): void {
    const asked = new Set(this.asked().map(({ image }) => image.id));
    this.action.run(this.api.applyRetention(this.cloud(), [...asked]), {
      subject: this.cloud(),
      failed: () => this.t('retention.failed', { cloud: this.cloud() }),
      done: (items) => {
        // Of those that stay, only the ones that the person expected to go are news.
        this.outcome.set(items.filter((item) => item.verdict === 'delete' || asked.has(item.image.id)));
        const body = this.body()?.nativeElement;
        if (body !== undefined) keepFocus(body, body);
        this.notices.say(this.told());
        this.changed.emit();
      },
    });
  }

  /** The outcome in a sentence or two. */
  protected told(): string {
    const { gone, stayed } = this.counts();
    const deleted = this.tn('retention.deleted', gone);
    return stayed === 0 ? deleted : `${deleted} ${this.tn('retention.notDeleted', stayed)}`;
  }
}
