import {
  ChangeDetectionStrategy,
  Component,
  computed,
  effect,
  inject,
  input,
  numberAttribute,
  untracked,
} from '@angular/core';
import { MatButtonModule } from '@angular/material/button';
import { MatButtonToggleModule } from '@angular/material/button-toggle';
import { MatPaginatorIntl, MatPaginatorModule, type PageEvent } from '@angular/material/paginator';
import { MatProgressBarModule } from '@angular/material/progress-bar';
import { Router, RouterLink } from '@angular/router';
import { BUILD_STATUSES } from '@image-manager/contracts';
import { Api, buildsCsvUrl } from '../api/api';
import { loader } from '../api/loader';
import { I18n } from '../i18n/i18n';
import { displayName } from '../images/display-name';
import { Live } from '../live/live';
import { pageTitle } from '../shell/page-title';
import { ProblemBox } from '../status/problem-box';
import { BuildTable } from './build-table';
import { HistoryFilters, type FilterChange, type HistoryFilter } from './history-filters';
import { PaginatorTexts } from './paginator-texts';
import { bucketOf, calendarDay, knownPeriod, rangeOf } from './period';
import { TrendPanels } from './trend-panels';

const PAGE_SIZE = 25;
/** As much as the API takes. */
const MAX_TEXT = 200;
const PAGE_SIZES = [PAGE_SIZE, 50, 100];

/** How builds went over time, and their history; filters, page and view stand in the URL. */
@Component({
  selector: 'im-statistics',
  imports: [
    BuildTable,
    HistoryFilters,
    MatButtonModule,
    MatButtonToggleModule,
    MatPaginatorModule,
    MatProgressBarModule,
    ProblemBox,
    RouterLink,
    TrendPanels,
  ],
  providers: [{ provide: MatPaginatorIntl, useClass: PaginatorTexts }],
  changeDetection: ChangeDetectionStrategy.OnPush,
  templateUrl: './statistics.html',
  styleUrl: './statistics.css',
})
export class Statistics {
  /** Query parameters of the URL. */
  readonly distroId = input([], { transform: list });
  readonly status = input([], { transform: knownStatuses });
  readonly cloud = input('', { transform: word });
  readonly text = input('', { transform: soughtText });
  readonly period = input(undefined, { transform: knownPeriod });
  readonly from = input(undefined, { transform: calendarDay });
  readonly to = input(undefined, { transform: calendarDay });
  readonly view = input<string>();
  readonly page = input(1, { transform: pageNumber });
  readonly pageSize = input(PAGE_SIZE, { transform: knownPageSize });

  private readonly api = inject(Api);
  private readonly router = inject(Router);
  private readonly i18n = inject(I18n);
  protected readonly t = this.i18n.t;
  protected readonly tn = this.i18n.tn;
  protected readonly pageSizes = PAGE_SIZES;
  /** Where this browser is, times are those of UTC today. */
  protected readonly isUtc = new Date().getTimezoneOffset() === 0;

  protected readonly filter = computed((): HistoryFilter => ({
    distroId: this.distroId(),
    status: this.status(),
    cloud: this.cloud(),
    text: this.text(),
    period: this.period(),
    from: this.from(),
    to: this.to(),
  }));
  protected readonly isNarrowed = computed(() => {
    const { distroId, status, cloud, text, period, from, to } = this.filter();
    return [...distroId, ...status, cloud, text, period, from, to].some((value) => value);
  });
  /** What the API narrows the history by. */
  private readonly wanted = computed(() => {
    const { distroId, status, cloud, text } = this.filter();
    return { distroId, status, cloud, text, ...rangeOf(this.filter(), Date.now()) };
  });

  protected readonly distros = loader(() => this.api.distros());
  protected readonly clouds = loader(() => this.api.cloudNames());
  protected readonly builds = loader(() =>
    this.api.builds({ ...this.wanted(), page: this.page(), pageSize: this.pageSize() }),
  );
  protected readonly statistics = loader(() => {
    const { distroId, cloud, ...period } = this.trendsWanted();
    return this.api.statistics({ distroId, cloud, ...period });
  });
  /** Charts tell how many ended how: they are not narrowed by status or text. */
  private readonly trendsWanted = computed(() => {
    const range = rangeOf(this.filter(), Date.now());
    return {
      distroId: this.distroId(),
      cloud: this.cloud(),
      // Without a beginning the API looks at the last months alone.
      ...range,
      from: range.from ?? '1970-01-01',
      bucket: bucketOf(range, Date.now()),
    };
  });
  protected readonly csvUrl = computed(() => buildsCsvUrl(this.wanted()));
  protected readonly names = computed(
    () => new Map((this.distros.data() ?? []).map((distro) => [distro.id, displayName(distro)])),
  );
  /** A definition or cloud that is gone keeps its builds, and the filter its name. */
  protected readonly definitions = computed(() => {
    const all = new Map(this.names());
    const gone = [
      ...(this.statistics.data()?.definitions ?? []).map((one) => one.distroId),
      ...this.distroId(),
    ];
    for (const id of gone) if (!all.has(id)) all.set(id, id);
    return all;
  });
  protected readonly cloudNames = computed(() => {
    const names = (this.clouds.data() ?? []).map(({ name }) => name);
    return [...new Set([...names, this.cloud()])].filter((name) => name !== '');
  });

  constructor() {
    pageTitle(() => this.t('shell.statistics'));
    this.distros.refresh();
    this.clouds.refresh();
    effect(() => {
      this.wanted();
      this.page();
      this.pageSize();
      untracked(() => {
        this.builds.restart();
      });
    });
    effect(() => {
      this.trendsWanted();
      untracked(() => {
        this.statistics.restart();
      });
    });
    effect(() => {
      const found = this.builds.data();
      if (found === undefined || found.items.length > 0 || found.total === 0) return;
      // Behind the last page: a shared link is older than the history that it points into.
      this.show({ page: Math.ceil(found.total / found.pageSize) }, true);
    });
    const refresh = (): void => {
      this.builds.refresh();
      this.statistics.refresh();
    };
    inject(Live).watch({ build: refresh, reconnect: refresh });
  }

  /** Another filter starts at the first page. */
  protected narrow(change: FilterChange): void {
    // Each letter of a search is no place to go back to.
    this.show({ ...change, page: null }, 'text' in change && !('period' in change));
  }

  protected turnTo({ pageIndex, pageSize }: PageEvent): void {
    this.show({
      page: pageIndex === 0 ? null : pageIndex + 1,
      pageSize: pageSize === PAGE_SIZE ? null : pageSize,
    });
  }

  protected showAs(view: string): void {
    this.show({ view: view === 'tables' ? view : null }, true);
  }

  private show(queryParams: Record<string, string | string[] | number | null>, replaceUrl = false): void {
    void this.router.navigate(['/statistics'], { queryParams, queryParamsHandling: 'merge', replaceUrl });
  }
}

/** A parameter that may be repeated. */
function list(value: unknown): string[] {
  return (Array.isArray(value) ? value : [value]).filter(
    (one) => typeof one === 'string' && one !== '',
  ) as string[];
}

function word(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** An address that someone wrote can hold more than the API takes. */
function soughtText(value: unknown): string {
  return word(value).slice(0, MAX_TEXT);
}

function knownStatuses(value: unknown) {
  const wanted = list(value);
  return BUILD_STATUSES.filter((status) => wanted.includes(status));
}

function pageNumber(value: unknown): number {
  const page = numberAttribute(value, 1);
  return Number.isInteger(page) && page > 0 ? page : 1;
}

function knownPageSize(value: unknown): number {
  const size = numberAttribute(value, PAGE_SIZE);
  return PAGE_SIZES.includes(size) ? size : PAGE_SIZE;
}
