import {
  ChangeDetectionStrategy,
  Component,
  computed,
  inject,
  input,
  signal,
  viewChildren,
} from '@angular/core';
import { Router } from '@angular/router';
import { Api } from '../api/api';
import { loader } from '../api/loader';
import { I18n } from '../i18n/i18n';
import { Live } from '../live/live';
import { pageTitle } from '../shell/page-title';
import { ProblemBox } from '../status/problem-box';
import { CloudJumps } from './cloud-jumps';
import { CloudSection } from './cloud-section';
import { type CloudStanding, mostUrgentFirst } from './cloud-standing';
import { type Fold, FOLDS, type ImageFilter, SHOWN_STATES } from './image-choice';
import { StandsFilter } from './stands-filter';

/** So many clouds are found without a list of them. */
const FEW = 4;

type StandsQuery = Partial<Record<'text' | 'state' | 'cloud', string | null> & Record<Fold, string[] | null>>;

/** The clouds behind Image Manager, those that need somebody first, one section each. The address holds what is looked for in them. */
@Component({
  selector: 'im-stands',
  imports: [CloudJumps, CloudSection, ProblemBox, StandsFilter],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <div class="page-head">
      <h1>{{ t('shell.stands') }}</h1>
      <im-stands-filter [filter]="filter()" [clouds]="names()" [cloud]="cloud()" (changed)="look($event)" />
    </div>
    @if (clouds.problem(); as problem) {
      <im-problem [problem]="problem" [stale]="!!clouds.data()" (retry)="clouds.refresh()" />
    }
    @if (clouds.data()) {
      @if (shown().length > FEW) {
        <im-cloud-jumps [names]="shownNames()" [standings]="standings()" (chosen)="jump($event)" />
      }
      @for (one of shown(); track one.cloud.name) {
        <im-cloud-section
          [cloud]="one.cloud"
          [filter]="filter()"
          [open]="one.open"
          (fold)="toggle($event, one.cloud.name)"
          (judged)="judge(one.cloud.name, $event)"
          (unfilter)="look({ text: null, state: null })"
        />
      } @empty {
        <p class="muted">{{ t(cloud() ? 'stands.noSuch' : 'stands.empty') }}</p>
      }
    } @else if (clouds.loading()) {
      <p class="muted" role="status">{{ t('loading') }}</p>
    }
  `,
  styles: `
    im-problem,
    im-cloud-section {
      margin-bottom: var(--s4);
    }
    im-stands-filter {
      margin-left: auto;
    }
    @media (max-width: 44rem) {
      im-stands-filter {
        flex-basis: 100%;
      }
    }
  `,
})
export class Stands {
  /** Part of an image's name, id or definition. */
  readonly text = input<string>();
  /** Of images. */
  readonly state = input<string>();
  /** Clouds whose older retired images are unfolded, and those whose foreign ones are. */
  readonly retired = input<string | string[]>();
  readonly foreign = input<string | string[]>();
  /** A cloud's name; absent shows all. */
  readonly cloud = input<string>();

  private readonly api = inject(Api);
  private readonly router = inject(Router);
  protected readonly FEW = FEW;
  protected readonly t = inject(I18n).t;
  protected readonly clouds = loader(() => this.api.cloudNames());
  protected readonly names = computed(() => (this.clouds.data() ?? []).map(({ name }) => name));
  protected readonly standings = signal<ReadonlyMap<string, CloudStanding>>(new Map());
  /** As each stood when it was first known: a section that moved while one reads it would be lost. */
  private readonly firstStandings = signal<ReadonlyMap<string, CloudStanding>>(new Map());
  protected readonly shown = computed(() => {
    const wanted = this.cloud();
    const unfolded = FOLDS.map((fold) => ({ fold, clouds: listOf(this[fold]()) }));
    const clouds = mostUrgentFirst(this.clouds.data() ?? [], this.firstStandings());
    return clouds
      .filter(({ name }) => wanted === undefined || name === wanted)
      .map((cloud) => ({
        cloud,
        open: new Set(
          unfolded.filter(({ clouds: open }) => open.includes(cloud.name)).map(({ fold }) => fold),
        ),
      }));
  });
  protected readonly shownNames = computed(() => this.shown().map(({ cloud }) => cloud.name));
  private readonly sections = viewChildren(CloudSection);
  protected readonly filter = computed<ImageFilter>(() => {
    const state = SHOWN_STATES.find((known) => known === this.state());
    return { text: this.text() ?? '', ...(state === undefined ? {} : { state }) };
  });

  constructor() {
    pageTitle(() => this.t('shell.stands'));
    this.clouds.refresh();
    inject(Live).watch({
      reconnect: () => {
        this.clouds.refresh();
      },
    });
  }

  protected judge(name: string, standing: CloudStanding): void {
    this.standings.update((known) => new Map(known).set(name, standing));
    if (!this.firstStandings().has(name))
      this.firstStandings.update((known) => new Map(known).set(name, standing));
  }

  protected jump(name: string): void {
    this.sections()
      .find((section) => section.cloud().name === name)
      ?.reveal();
  }

  protected toggle(fold: Fold, cloud: string): void {
    const open = listOf(this[fold]());
    const next = open.includes(cloud) ? open.filter((one) => one !== cloud) : [...open, cloud];
    this.look({ [fold]: next.length > 0 ? next : null });
  }

  protected look(change: StandsQuery): void {
    void this.router.navigate([], {
      queryParams: change,
      queryParamsHandling: 'merge',
      // Each letter of a search is no step to go back to.
      replaceUrl: true,
    });
  }
}

/** What the router gives of a parameter: nothing, one value, or several. */
function listOf(values: string | string[] | undefined): string[] {
  return values === undefined ? [] : [values].flat();
}
