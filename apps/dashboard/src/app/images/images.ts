import { ChangeDetectionStrategy, Component, inject, Injector, PendingTasks } from '@angular/core';
import type { BuildView, DistroView, StageChanged } from '@image-manager/contracts';
import type { Observable } from 'rxjs';
import { Api } from '../api/api';
import { loader } from '../api/loader';
import { I18n } from '../i18n/i18n';
import { Live } from '../live/live';
import type { Action } from '../shell/action';
import { NotLoaded } from '../shell/not-loaded';
import { Notices } from '../shell/notices';
import { pageTitle } from '../shell/page-title';
import { ProblemBox } from '../status/problem-box';
import { displayName } from './display-name';
import { DistroRow } from './distro-row';

/** The image definitions: what is current, how long it is supported, how the last build went, and the next one. */
@Component({
  selector: 'im-images',
  imports: [DistroRow, ProblemBox],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <div class="page-head">
      <h1>{{ t('shell.images') }}</h1>
    </div>
    @if (distros.problem(); as problem) {
      <im-problem [problem]="problem" [stale]="!!distros.data()" (retry)="distros.refresh()" />
    }
    @if (distros.data(); as list) {
      <div class="panel">
        @for (distro of list; track distro.id) {
          <im-distro-row
            #row
            [distro]="distro"
            (build)="queue(distro, row.action)"
            (retry)="retry(distro, row.action)"
            (configure)="configure(distro)"
          />
        } @empty {
          <div class="empty">
            <h2>{{ t('images.empty') }}</h2>
            <p class="muted">{{ t('images.empty.advice') }}</p>
          </div>
        }
      </div>
    } @else if (distros.loading()) {
      <p class="muted" role="status">{{ t('loading') }}</p>
    }
  `,
  styles: `
    im-problem {
      margin-bottom: var(--s3);
    }
    .empty {
      padding: var(--s6) var(--s4);
    }
  `,
})
export class Images {
  private readonly api = inject(Api);
  private readonly notices = inject(Notices);
  private readonly notLoaded = inject(NotLoaded);
  private readonly injector = inject(Injector);
  private readonly pending = inject(PendingTasks);
  protected readonly t = inject(I18n).t;
  protected readonly distros = loader(() => this.api.distros());

  constructor() {
    pageTitle(() => this.t('shell.images'));
    this.distros.refresh();
    const refresh = (): void => {
      this.distros.refresh();
    };
    inject(Live).watch({
      build: refresh,
      distros: refresh,
      images: refresh,
      reconnect: refresh,
      stage: (change) => {
        this.distros.patch((list) => list.map((distro) => withStage(distro, change)));
      },
    });
  }

  protected queue(distro: DistroView, action: Action): void {
    this.run(distro, action, this.api.createBuild({ distroId: distro.id }));
  }

  /** A build that goes on with what the last one did not bring to its end. */
  protected retry(distro: DistroView, action: Action): void {
    if (distro.lastBuild) this.run(distro, action, this.api.retryBuild(distro.lastBuild.id));
  }

  protected configure(distro: DistroView): void {
    this.pending.run(async () => {
      try {
        // The fields of the dialog weigh more than this screen, and most builds need none of them.
        const { openBuildOptions } = await import('./open-build-options');
        openBuildOptions(this.injector, distro).subscribe((build) => {
          if (build) this.queued(distro, build);
        });
      } catch (error) {
        this.notLoaded.tell(error, '/images');
      }
    });
  }

  private run(distro: DistroView, action: Action, request: Observable<BuildView>): void {
    action.run(request, {
      subject: distro.id,
      failed: () => this.t('images.queued.failed', { name: displayName(distro) }),
      done: (build) => {
        this.queued(distro, build);
      },
    });
  }

  private queued(distro: DistroView, build: BuildView): void {
    const text = this.t('images.queued', { id: build.id, name: displayName(distro) });
    this.notices.say(text, { link: `/builds/${build.id}` });
    this.distros.refresh();
  }
}

/** A stage event is enough to move the progress on screen; the list need not be asked for again. */
function withStage(distro: DistroView, change: StageChanged): DistroView {
  const build = distro.lastBuild;
  if (build?.id !== change.buildId || change.status !== 'running') return distro;
  const lastBuild = { ...build, status: change.status, stage: change.stage };
  // Without a figure of its own the new stage must not show that of the one before.
  if (change.progress === undefined) delete lastBuild.progress;
  else lastBuild.progress = change.progress;
  return { ...distro, lastBuild };
}
