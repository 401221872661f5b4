import { ChangeDetectionStrategy, Component, computed, inject, input } from '@angular/core';
import { Router } from '@angular/router';
import { Api } from '../api/api';
import { loader } from '../api/loader';
import { I18n } from '../i18n/i18n';
import { Live } from '../live/live';
import { pageTitle } from '../shell/page-title';
import { ProblemBox } from '../status/problem-box';
import { CloudSection } from './cloud-section';
import { type ImageFilter, SHOWN_STATES } from './image-choice';
import { StandsFilter } from './stands-filter';

/** The clouds behind Image Manager, one section each. The address holds what is looked for in them. */
@Component({
  selector: 'im-stands',
  imports: [CloudSection, ProblemBox, StandsFilter],
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
      @for (one of shown(); track one.name) {
        <im-cloud-section [cloud]="one" [filter]="filter()" (unfilter)="look({ text: null, state: null })" />
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
  /** A cloud's name; absent shows all. */
  readonly cloud = input<string>();

  private readonly api = inject(Api);
  private readonly router = inject(Router);
  protected readonly t = inject(I18n).t;
  protected readonly clouds = loader(() => this.api.cloudNames());
  protected readonly names = computed(() => (this.clouds.data() ?? []).map(({ name }) => name));
  protected readonly shown = computed(() => {
    const wanted = this.cloud();
    return (this.clouds.data() ?? []).filter(({ name }) => wanted === undefined || name === wanted);
  });
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

  protected look(change: Partial<Record<'text' | 'state' | 'cloud', string | null>>): void {
    void this.router.navigate([], {
      queryParams: change,
      queryParamsHandling: 'merge',
      // Each letter of a search is no step to go back to.
      replaceUrl: true,
    });
  }
}
