import {
  ChangeDetectionStrategy,
  Component,
  computed,
  DestroyRef,
  type ElementRef,
  inject,
  input,
  output,
  viewChild,
} from '@angular/core';
import { MatIconButton } from '@angular/material/button';
import { MatButtonToggle } from '@angular/material/button-toggle';
import { MatTooltip } from '@angular/material/tooltip';
import { Formats } from '../../i18n/formats';
import { I18n } from '../../i18n/i18n';
import { ProblemBox } from '../../status/problem-box';
import type { LogSearch, SearchWish } from './log-search';

/** Whoever types on is not searched for yet. */
const TYPING_MS = 300;
/** The only thing in a request that a person writes is the expression. */
const BAD_REQUEST = 400;

/** The field of a log's search, with how many lines match and which of them one stands at. */
@Component({
  selector: 'im-search-bar',
  imports: [MatIconButton, MatButtonToggle, MatTooltip, ProblemBox],
  changeDetection: ChangeDetectionStrategy.OnPush,
  templateUrl: './search-bar.html',
  styleUrl: './search-bar.css',
})
export class SearchBar {
  readonly search = input.required<LogSearch>();
  /** What the field holds. */
  readonly wish = input.required<SearchWish>();
  readonly sought = output<SearchWish>();
  readonly next = output();
  readonly previous = output();
  /** The search failed and is wanted again. */
  readonly again = output();
  /** The person is done and wants to be in the log. */
  readonly left = output();

  private readonly i18n = inject(I18n);
  private readonly formats = inject(Formats);
  protected readonly t = this.i18n.t;
  private readonly field = viewChild.required<ElementRef<HTMLInputElement>>('field');
  private timer: ReturnType<typeof setTimeout> | undefined;

  protected readonly count = computed(() => {
    const search = this.search();
    const total = search.total();
    if (!search.active()) return '';
    if (total === undefined) return search.busy() ? this.t('log.search.busy') : '';
    if (total === 0) return this.t('log.search.none');
    const current = search.current();
    const all = this.formats.number(total);
    return current === undefined
      ? this.i18n.tn('log.search.lines', total)
      : this.t('log.search.position', { position: this.formats.number(current.position), total: all });
  });
  /** The server's words about an expression that it cannot read. */
  protected readonly mistake = computed(() => {
    const problem = this.search().problem();
    if (problem?.status !== BAD_REQUEST) return undefined;
    const [field] = problem.errors ?? [];
    return field === undefined ? problem.detail || problem.title : `${problem.detail}: ${field.message}`;
  });
  /** The server did not search. */
  protected readonly failure = computed(() =>
    this.mistake() === undefined ? this.search().problem() : undefined,
  );

  constructor() {
    inject(DestroyRef).onDestroy(() => {
      clearTimeout(this.timer);
    });
  }

  focus(): void {
    const field = this.field().nativeElement;
    field.focus();
    field.select();
  }

  hasFocus(): boolean {
    return document.activeElement === this.field().nativeElement;
  }

  /** The button that asked for it is gone then. */
  protected repeat(): void {
    this.focus();
    this.again.emit();
  }

  protected typed(text: string): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      this.take({ text });
    }, TYPING_MS);
  }

  protected enter(event: Event, back: boolean): void {
    event.preventDefault();
    const text = this.field().nativeElement.value;
    if (text !== this.wish().text) this.take({ text });
    else if (back) this.previous.emit();
    else this.next.emit();
  }

  /** The first Escape ends the search, the next one leaves the field. */
  protected escape(event: Event): void {
    event.stopPropagation();
    if (this.field().nativeElement.value === '') this.left.emit();
    else this.clear();
  }

  protected clear(): void {
    this.field().nativeElement.value = '';
    this.take({ text: '' });
  }

  protected take(change: Partial<SearchWish>): void {
    clearTimeout(this.timer);
    this.sought.emit({ ...this.wish(), text: this.field().nativeElement.value, ...change });
  }
}
