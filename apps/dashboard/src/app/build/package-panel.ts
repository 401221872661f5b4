import {
  ChangeDetectionStrategy,
  Component,
  computed,
  effect,
  inject,
  input,
  signal,
  untracked,
} from '@angular/core';
import { MatButtonToggle, MatButtonToggleGroup } from '@angular/material/button-toggle';
import { RouterLink } from '@angular/router';
import type { PackageDifference, PackageList } from '@image-manager/contracts';
import { Api } from '../api/api';
import { loader } from '../api/loader';
import { Formats } from '../i18n/formats';
import { I18n } from '../i18n/i18n';
import { ProblemBox } from '../status/problem-box';

export interface PackageRow {
  change: 'added' | 'removed' | 'changed' | 'same';
  name: string;
  architecture: string;
  /** The version before, of a changed one. */
  from?: string;
  version: string;
}

/** What is installed in the image that a build made, and what is new in it against the one that users had before. */
@Component({
  selector: 'im-package-panel',
  imports: [MatButtonToggle, MatButtonToggleGroup, ProblemBox, RouterLink],
  changeDetection: ChangeDetectionStrategy.OnPush,
  templateUrl: './package-panel.html',
  styleUrl: './package-panel.css',
})
export class PackagePanel {
  readonly buildId = input.required<number>();
  /** How many there are; another number means that an agent has reported anew. */
  readonly count = input.required<number>();
  readonly clouds = input.required<string[]>();

  private readonly api = inject(Api);
  private readonly i18n = inject(I18n);
  protected readonly t = this.i18n.t;
  protected readonly tn = this.i18n.tn;
  protected readonly formats = inject(Formats);

  protected readonly lists = loader<PackageList[]>(() => this.api.packages(this.buildId()));
  protected readonly difference = loader<PackageDifference>(() => {
    const cloud = this.chosen();
    return this.api.packageDifference(this.buildId(), cloud === undefined ? {} : { cloud });
  });
  protected readonly chosen = signal<string | undefined>(undefined);
  protected readonly shows = signal<'difference' | 'all'>('difference');
  protected readonly sought = signal('');

  protected readonly list = computed(() => {
    const lists = this.lists.data() ?? [];
    return lists.find(({ cloud }) => cloud === this.chosen()) ?? lists[0];
  });
  protected readonly changes = computed(() => rowsOf(this.difference.data()));
  protected readonly rows = computed(() => {
    const rows = this.shows() === 'all' ? (this.list()?.packages ?? []).map(sameRow) : this.changes();
    const words = this.sought().trim().toLowerCase();
    return words === ''
      ? rows
      : rows.filter(({ name, version, from }) =>
          [name, version, from ?? ''].some((text) => text.toLowerCase().includes(words)),
        );
  });

  constructor() {
    effect(() => {
      this.buildId();
      this.count();
      untracked(() => {
        this.lists.restart();
        this.difference.restart();
      });
    });
  }

  protected choose(cloud: string): void {
    this.chosen.set(cloud);
    this.difference.restart();
  }
}

/** What is gone and new first: a changed version is the usual case. */
function rowsOf(difference: PackageDifference | undefined): PackageRow[] {
  if (difference === undefined) return [];
  const { added, removed, changed } = difference;
  return [
    ...added.map((one) => ({ ...one, change: 'added' as const })),
    ...removed.map((one) => ({ ...one, change: 'removed' as const })),
    ...changed.map(({ to, ...one }) => ({ ...one, version: to, change: 'changed' as const })),
  ];
}

function sameRow(one: Omit<PackageRow, 'change'>): PackageRow {
  return { ...one, change: 'same' };
}
