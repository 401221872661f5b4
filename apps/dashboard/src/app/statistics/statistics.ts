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
import { MatFormFieldModule } from '@angular/material/form-field';
import { MatPaginatorIntl, MatPaginatorModule, type PageEvent } from '@angular/material/paginator';
import { MatProgressBarModule } from '@angular/material/progress-bar';
import { MatSelectModule } from '@angular/material/select';
import { Router, RouterLink } from '@angular/router';
import { BUILD_STATUSES } from '@image-manager/contracts';
import { Api } from '../api/api';
import { loader } from '../api/loader';
import { I18n } from '../i18n/i18n';
import { displayName } from '../images/display-name';
import { Live } from '../live/live';
import { pageTitle } from '../shell/page-title';
import { ProblemBox } from '../status/problem-box';
import { BuildTable } from './build-table';
import { PaginatorTexts } from './paginator-texts';

const PAGE_SIZE = 25;
const PAGE_SIZES = [PAGE_SIZE, 50, 100];
const FILTERS = ['distroId', 'status', 'cloud'] as const;
type FilterName = (typeof FILTERS)[number];

/** The history of builds; filters and page stand in the URL. */
@Component({
  selector: 'im-statistics',
  imports: [
    BuildTable,
    MatButtonModule,
    MatFormFieldModule,
    MatPaginatorModule,
    MatProgressBarModule,
    MatSelectModule,
    ProblemBox,
    RouterLink,
  ],
  providers: [{ provide: MatPaginatorIntl, useClass: PaginatorTexts }],
  changeDetection: ChangeDetectionStrategy.OnPush,
  templateUrl: './statistics.html',
  styleUrl: './statistics.css',
})
export class Statistics {
  /** Query parameters of the URL. */
  readonly distroId = input<string>();
  readonly status = input<string>();
  readonly cloud = input<string>();
  readonly page = input(1, { transform: pageNumber });
  readonly pageSize = input(PAGE_SIZE, { transform: knownPageSize });

  private readonly api = inject(Api);
  private readonly router = inject(Router);
  private readonly i18n = inject(I18n);
  protected readonly t = this.i18n.t;
  protected readonly tn = this.i18n.tn;
  protected readonly statuses = BUILD_STATUSES;
  protected readonly pageSizes = PAGE_SIZES;

  protected readonly distros = loader(() => this.api.distros());
  protected readonly clouds = loader(() => this.api.clouds());
  protected readonly builds = loader(() =>
    this.api.builds({
      distroId: this.distroId() ?? '',
      status: this.status() ?? '',
      cloud: this.cloud() ?? '',
      page: this.page(),
      pageSize: this.pageSize(),
    }),
  );
  protected readonly names = computed(
    () => new Map((this.distros.data() ?? []).map((distro) => [distro.id, displayName(distro)])),
  );
  /** A definition or cloud that is gone keeps its builds, and the filter its name. */
  protected readonly definitions = computed(() => withChosen(this.names(), this.distroId()));
  protected readonly cloudNames = computed(() => {
    const names = new Map((this.clouds.data() ?? []).map(({ name }) => [name, name]));
    return [...withChosen(names, this.cloud()).keys()];
  });
  protected readonly chips = computed(() =>
    FILTERS.flatMap((filter) => {
      const value = this[filter]();
      return value ? [{ filter, ...this.chip(filter, value) }] : [];
    }),
  );

  constructor() {
    pageTitle(() => this.t('shell.statistics'));
    this.distros.refresh();
    this.clouds.refresh();
    effect(() => {
      for (const part of [...FILTERS, 'page', 'pageSize'] as const) this[part]();
      untracked(() => {
        this.builds.restart();
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
    };
    inject(Live).watch({ build: refresh, reconnect: refresh });
  }

  /** Another filter starts at the first page. An empty value drops the filter. */
  protected filterBy(name: FilterName, value: string): void {
    this.show({ [name]: value === '' ? null : value, page: null });
  }

  protected clearFilters(): void {
    this.show({ distroId: null, status: null, cloud: null, page: null });
  }

  protected turnTo({ pageIndex, pageSize }: PageEvent): void {
    this.show({
      page: pageIndex === 0 ? null : pageIndex + 1,
      pageSize: pageSize === PAGE_SIZE ? null : pageSize,
    });
  }

  private chip(filter: FilterName, value: string): { name: string; value: string } {
    switch (filter) {
      case 'distroId':
        return { name: this.t('column.definition'), value: this.names().get(value) ?? value };
      case 'status': {
        const known = BUILD_STATUSES.find((status) => status === value);
        return {
          name: this.t('column.status'),
          value: known === undefined ? value : this.t(`status.${known}`),
        };
      }
      case 'cloud':
        return { name: this.t('column.cloud'), value };
    }
  }

  private show(queryParams: Record<string, string | number | null>, replaceUrl = false): void {
    void this.router.navigate(['/statistics'], { queryParams, queryParamsHandling: 'merge', replaceUrl });
  }
}

function withChosen(names: ReadonlyMap<string, string>, chosen: string | undefined): Map<string, string> {
  const all = new Map(names);
  if (chosen && !all.has(chosen)) all.set(chosen, chosen);
  return all;
}

function pageNumber(value: unknown): number {
  const page = numberAttribute(value, 1);
  return Number.isInteger(page) && page > 0 ? page : 1;
}

function knownPageSize(value: unknown): number {
  const size = numberAttribute(value, PAGE_SIZE);
  return PAGE_SIZES.includes(size) ? size : PAGE_SIZE;
}
