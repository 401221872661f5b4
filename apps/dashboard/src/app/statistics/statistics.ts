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
import { Router } from '@angular/router';
import { BUILD_STATUSES } from '@image-manager/contracts';
import { Api } from '../api/api';
import { loader } from '../api/loader';
import { I18n } from '../i18n/i18n';
import { Formats } from '../i18n/formats';
import { displayName } from '../images/display-name';
import { Live } from '../live/live';
import { pageTitle } from '../shell/page-title';
import { ProblemBox } from '../status/problem-box';
import { BuildTable } from './build-table';

const PAGE_SIZE = 25;

/** The history of builds; filters and page stand in the URL. */
@Component({
  selector: 'im-statistics',
  imports: [BuildTable, ProblemBox],
  changeDetection: ChangeDetectionStrategy.OnPush,
  templateUrl: './statistics.html',
  styleUrl: './statistics.css',
})
export class Statistics {
  /** Query parameters of the URL. */
  readonly distroId = input<string>();
  readonly status = input<string>();
  readonly page = input(1, { transform: pageNumber });

  private readonly api = inject(Api);
  private readonly router = inject(Router);
  private readonly i18n = inject(I18n);
  protected readonly t = this.i18n.t;
  protected readonly tn = this.i18n.tn;
  protected readonly formats = inject(Formats);
  protected readonly statuses = BUILD_STATUSES;

  protected readonly distros = loader(() => this.api.distros());
  protected readonly builds = loader(() =>
    this.api.builds({
      ...(this.distroId() ? { distroId: this.distroId() ?? '' } : {}),
      ...(this.status() ? { status: this.status() ?? '' } : {}),
      page: this.page(),
      pageSize: PAGE_SIZE,
    }),
  );
  protected readonly filtered = computed(() => !!this.distroId() || !!this.status());
  protected readonly pages = computed(() => {
    const found = this.builds.data();
    return found === undefined ? 1 : Math.max(1, Math.ceil(found.total / found.pageSize));
  });
  protected readonly names = computed(
    () => new Map((this.distros.data() ?? []).map((distro) => [distro.id, displayName(distro)])),
  );

  constructor() {
    pageTitle(() => this.t('shell.statistics'));
    this.distros.refresh();
    effect(() => {
      this.distroId();
      this.status();
      this.page();
      untracked(() => {
        this.builds.restart();
      });
    });
    const refresh = (): void => {
      this.builds.refresh();
    };
    inject(Live).watch({ build: refresh, reconnect: refresh });
  }

  /** Another filter starts at the first page. An empty value drops the filter. */
  protected filterBy(name: 'distroId' | 'status', value: string): void {
    this.show({ [name]: value === '' ? null : value, page: null });
  }

  protected clearFilters(): void {
    this.show({ distroId: null, status: null, page: null });
  }

  protected turnTo(page: number): void {
    this.show({ page: page === 1 ? null : page });
  }

  private show(queryParams: Record<string, string | number | null>): void {
    void this.router.navigate(['/statistics'], { queryParams, queryParamsHandling: 'merge' });
  }
}

function pageNumber(value: unknown): number {
  const page = numberAttribute(value, 1);
  return Number.isInteger(page) && page > 0 ? page : 1;
}
