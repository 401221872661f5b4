import { ChangeDetectionStrategy, Component, inject } from '@angular/core';
import type { StageStatus } from '@image-manager/contracts';
import { Api } from '../api/api';
import { loader } from '../api/loader';
import { I18n } from '../i18n/i18n';
import { Live } from '../live/live';
import { pageTitle } from '../shell/page-title';
import { ProblemBox } from '../status/problem-box';
import { CloudSection } from './cloud-section';

/** The clouds behind Image Manager, one section each. */
@Component({
  selector: 'im-stands',
  imports: [CloudSection, ProblemBox],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <div class="page-head">
      <h1>{{ t('shell.stands') }}</h1>
    </div>
    @if (clouds.problem(); as problem) {
      <im-problem [problem]="problem" [stale]="!!clouds.data()" (retry)="clouds.refresh()" />
    }
    @if (clouds.data(); as list) {
      @for (cloud of list; track cloud.name) {
        <im-cloud-section [cloud]="cloud" (changed)="clouds.refresh()" />
      } @empty {
        <p class="muted">{{ t('stands.empty') }}</p>
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
  `,
})
export class Stands {
  private readonly api = inject(Api);
  protected readonly t = inject(I18n).t;
  protected readonly clouds = loader(() => this.api.clouds());

  private readonly stageStatuses = new Map<string, StageStatus>();

  constructor() {
    pageTitle(() => this.t('shell.stands'));
    this.clouds.refresh();
    const refresh = (): void => {
      this.clouds.refresh();
    };
    inject(Live).watch({
      build: refresh,
      images: refresh,
      reconnect: refresh,
      // A server comes with the boot stage and goes with the cleanup; progress in between changes nothing here.
      stage: ({ buildId, stage, cloud, status }) => {
        const key = `${buildId} ${stage} ${cloud}`;
        if (this.stageStatuses.get(key) === status) return;
        this.stageStatuses.set(key, status);
        refresh();
      },
    });
  }
}
