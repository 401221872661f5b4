import {
  afterNextRender,
  ChangeDetectionStrategy,
  Component,
  computed,
  effect,
  type ElementRef,
  inject,
  Injector,
  input,
  output,
  signal,
  untracked,
  viewChild,
} from '@angular/core';
import { MatButton } from '@angular/material/button';
import { MatCheckbox } from '@angular/material/checkbox';
import type { LeakView, ReapResult } from '@image-manager/contracts';
import { Api } from '../api/api';
import { loader } from '../api/loader';
import { ConfirmDialog } from '../dialog/confirm-dialog';
import { Disclosure } from '../dialog/disclosure';
import { keepFocus } from '../dialog/keep-focus';
import { I18n } from '../i18n/i18n';
import { Live } from '../live/live';
import { Action } from '../shell/action';
import { Notices } from '../shell/notices';
import { ProblemBox } from '../status/problem-box';
import { LeakTable } from './leak-table';

/** What bears our mark in a cloud and no living build owns; a person may have it removed before the reaper's time. */
@Component({
  selector: 'im-leaks-panel',
  imports: [ConfirmDialog, Disclosure, LeakTable, MatButton, MatCheckbox, ProblemBox],
  changeDetection: ChangeDetectionStrategy.OnPush,
  templateUrl: './leaks-panel.html',
  styleUrl: './on-demand.css',
})
export class LeaksPanel {
  /** The cloud's name. */
  readonly cloud = input.required<string>();
  readonly changed = output();

  private readonly api = inject(Api);
  private readonly injector = inject(Injector);
  private readonly notices = inject(Notices);
  private readonly i18n = inject(I18n);
  private readonly body = viewChild<ElementRef<HTMLElement>>('body');
  private readonly ticked = signal<ReadonlySet<string>>(new Set());
  protected readonly t = this.i18n.t;
  protected readonly tn = this.i18n.tn;
  protected readonly action = new Action();
  protected readonly open = signal(false);
  protected readonly leaks = loader(() => this.api.leaks(this.cloud()));
  /** Absent until the cloud has answered. */
  readonly count = computed(() => this.leaks.data()?.length);
  protected readonly reapable = computed(() => (this.leaks.data() ?? []).filter(({ known }) => known));
  /** Ticked and still there. */
  protected readonly chosen = computed(() => this.reapable().filter(({ id }) => this.ticked().has(id)));
  protected readonly chosenIds = computed(() => new Set(this.chosen().map(({ id }) => id)));
  /** What the dialog lists: what it asks about must not change while it is read. */
  protected readonly asked = signal<LeakView[]>([]);
  /** Of the last reaping: what is still there, and why. */
  protected readonly failures = signal<{ name: string; result: ReapResult }[]>([]);

  constructor() {
    effect(() => {
      this.cloud();
      untracked(() => {
        this.leaks.restart();
      });
    });
    const refresh = (): void => {
      this.leaks.refresh();
    };
    inject(Live).watch({
      // Builds that end, and images that come and go, change what is leaked.
      build: refresh,
      images: ({ cloud }) => {
        if (cloud === this.cloud()) refresh();
      },
      reconnect: refresh,
    });
  }

  /** Opens it and takes the keyboard there. */
  reveal(): void {
    if (!this.open()) this.toggle(true);
    afterNextRender(
      () => {
        this.body()?.nativeElement.focus();
      },
      { injector: this.injector },
    );
  }

  protected toggle(open: boolean): void {
    this.open.set(open);
    this.ticked.set(new Set());
    this.failures.set([]);
    if (open) this.leaks.refresh();
  }

  protected tick(id: string): void {
    this.ticked.update((ticked) => {
      const next = new Set(ticked);
      if (!next.delete(id)) next.add(id);
      return next;
    });
  }

  protected tickAll(all: boolean): void {
    this.ticked.set(new Set(all ? this.reapable().map(({ id }) => id) : []));
  }

  protected ask(question: ConfirmDialog): void {
    if (this.action.running() !== undefined || this.chosen().length === 0) return;
    this.asked.set(this.chosen());
    question.open();
  }

  protected buttonText(): string {
    if (this.action.running() !== undefined) return this.t('leaks.running');
    const count = this.chosen().length;
    return count === 0 ? this.t('leaks.reap') : this.tn('leaks.reapCount', count);
  }

  protected reap(): void {
    const asked = this.asked();
    this.action.run(this.api.reap(this.cloud(), { ids: asked.map(({ id }) => id) }), {
      subject: this.cloud(),
      failed: () => this.t('leaks.failed', { cloud: this.cloud() }),
      done: (results) => {
        this.tell(results, asked);
        this.ticked.set(new Set());
        const body = this.body()?.nativeElement;
        if (body !== undefined) keepFocus(body, body);
        this.leaks.restart();
        this.changed.emit();
      },
    });
  }

  private tell(results: ReapResult[], asked: LeakView[]): void {
    const stayed = results.filter(({ removed }) => !removed);
    const reaped = this.tn('leaks.reaped', results.length - stayed.length);
    this.notices.say(stayed.length === 0 ? reaped : `${reaped} ${this.tn('leaks.notReaped', stayed.length)}`);
    this.failures.set(
      stayed.map((result) => ({ name: asked.find(({ id }) => id === result.id)?.name ?? result.id, result })),
    );
  }
}
