import {
  ChangeDetectionStrategy,
  Component,
  DestroyRef,
  effect,
  type ElementRef,
  inject,
  input,
  output,
  viewChild,
} from '@angular/core';
import { MatButtonModule } from '@angular/material/button';
import { MatFormFieldModule } from '@angular/material/form-field';
import { MatInputModule } from '@angular/material/input';
import { MatSelectModule } from '@angular/material/select';
import { BUILD_STATUSES, type BuildStatus } from '@image-manager/contracts';
import { I18n } from '../i18n/i18n';
import { calendarDay, dayOf, knownPeriod, PERIODS, type Period, type PeriodChoice } from './period';

/** What the history is narrowed to, as it stands in the URL. */
export interface HistoryFilter extends PeriodChoice {
  distroId: string[];
  status: BuildStatus[];
  cloud: string;
  text: string;
}

/** Parameters of the URL; null drops one. */
export type FilterChange = Partial<
  Record<'distroId' | 'status' | 'cloud' | 'text' | 'period' | 'from' | 'to', string | string[] | null>
>;

/** A pause in typing of this length asks the server. */
const TYPING_PAUSE_MS = 300;
const OWN_DAYS = 30;

/** The fields that narrow the history. */
@Component({
  selector: 'im-history-filters',
  imports: [MatButtonModule, MatFormFieldModule, MatInputModule, MatSelectModule],
  changeDetection: ChangeDetectionStrategy.OnPush,
  templateUrl: './history-filters.html',
  styleUrl: './history-filters.css',
})
export class HistoryFilters {
  readonly filter = input.required<HistoryFilter>();
  /** Ids and display names. */
  readonly definitions = input.required<ReadonlyMap<string, string>>();
  readonly clouds = input.required<string[]>();
  readonly changed = output<FilterChange>();

  protected readonly t = inject(I18n).t;
  protected readonly statuses = BUILD_STATUSES;
  protected readonly periods = Object.keys(PERIODS) as Period[];
  private readonly textField = viewChild.required<ElementRef<HTMLInputElement>>('text');
  private typing: ReturnType<typeof setTimeout> | undefined;
  /** What the field stands for: without the spaces around it, which a person may be about to go on after. */
  private said = '';

  constructor() {
    effect(() => {
      const { text } = this.filter();
      if (text !== this.said) this.write(text);
    });
    inject(DestroyRef).onDestroy(() => {
      clearTimeout(this.typing);
    });
  }

  protected get isNarrowed(): boolean {
    const { distroId, status, cloud, text } = this.filter();
    return distroId.length + status.length > 0 || cloud !== '' || text !== '' || this.periodValue !== '';
  }

  /** The period's entry in the list. */
  protected get periodValue(): Period | 'own' | '' {
    const { period, from, to } = this.filter();
    return period ?? (from !== undefined || to !== undefined ? 'own' : '');
  }

  protected get isBackwards(): boolean {
    const { from, to } = this.filter();
    return from !== undefined && to !== undefined && from > to;
  }

  protected choosePeriod(value: string): void {
    const now = Date.now();
    const own = value === 'own';
    this.changed.emit({
      period: knownPeriod(value) ?? null,
      from: own ? dayOf(now, -OWN_DAYS) : null,
      to: own ? dayOf(now) : null,
    });
  }

  protected chooseDay(which: 'from' | 'to', value: string): void {
    this.changed.emit({ [which]: calendarDay(value) ?? null });
  }

  protected type(text: string): void {
    clearTimeout(this.typing);
    this.typing = setTimeout(() => {
      this.said = text.trim();
      this.changed.emit({ text: this.said === '' ? null : this.said });
    }, TYPING_PAUSE_MS);
  }

  protected clear(): void {
    clearTimeout(this.typing);
    this.write('');
    this.changed.emit({
      distroId: null,
      status: null,
      cloud: null,
      text: null,
      period: null,
      from: null,
      to: null,
    });
  }

  private write(text: string): void {
    this.said = text;
    this.textField().nativeElement.value = text;
  }
}
