import {
  ChangeDetectionStrategy,
  Component,
  computed,
  effect,
  ElementRef,
  inject,
  input,
  untracked,
  viewChild,
} from '@angular/core';
import { MatButton } from '@angular/material/button';
import { MatButtonToggle } from '@angular/material/button-toggle';
import { MatTooltip } from '@angular/material/tooltip';
import { Router, RouterLink } from '@angular/router';
import { type BuildView, isFinal, type StageChanged, type StageView } from '@image-manager/contracts';
import { Api } from '../api/api';
import { loader } from '../api/loader';
import { ConfirmDialog } from '../dialog/confirm-dialog';
import { keepFocus } from '../dialog/keep-focus';
import { Formats } from '../i18n/formats';
import { I18n } from '../i18n/i18n';
import { Clock } from '../live/clock';
import { BuildWatch } from '../live/build-watch';
import { Live } from '../live/live';
import { Action } from '../shell/action';
import { Notices } from '../shell/notices';
import { pageTitle } from '../shell/page-title';
import { ProblemBox } from '../status/problem-box';
import { StatusMark } from '../status/status-mark';
import { BuildCause } from './build-cause';
import { BuildFacts } from './build-facts';
import { CheckTable } from './check-table';
import { KeepServer } from './keep-server';
import { KeptServers } from './kept-servers';
import { LogViewer } from './log/log-viewer';
import { PackagePanel } from './package-panel';
import { StageWaterfall } from './stage-waterfall';

const MINUTE_MS = 60_000;

/** One build: how it goes or went, why it failed, what it made, and its log. */
@Component({
  selector: 'im-build-page',
  imports: [
    BuildCause,
    BuildFacts,
    CheckTable,
    ConfirmDialog,
    KeepServer,
    KeptServers,
    LogViewer,
    MatButton,
    MatButtonToggle,
    MatTooltip,
    PackagePanel,
    ProblemBox,
    RouterLink,
    StageWaterfall,
    StatusMark,
  ],
  changeDetection: ChangeDetectionStrategy.OnPush,
  templateUrl: './build-page.html',
  styleUrl: './build-page.css',
  host: { class: 'fills-window' },
})
export class BuildPage {
  /** From the route: what stands in the address. */
  readonly id = input.required<string>();

  private readonly api = inject(Api);
  private readonly router = inject(Router);
  private readonly notices = inject(Notices);
  private readonly now = inject(Clock).known;
  protected readonly t = inject(I18n).t;
  protected readonly formats = inject(Formats);

  /** Not a number when no build can be called so. */
  protected readonly buildId = computed(() => {
    const id = /^[1-9]\d*$/.test(this.id()) ? Number(this.id()) : NaN;
    return Number.isSafeInteger(id) ? id : NaN;
  });
  protected readonly loaded = loader(() => this.api.build(this.buildId()));
  protected readonly missing = computed(
    () => Number.isNaN(this.buildId()) || this.loaded.problem()?.status === 404,
  );
  /** An action is under way; its buttons wait for the answer. */
  private readonly action = new Action();
  protected readonly acting = computed(() => this.action.running() !== undefined);
  private readonly heading = viewChild<ElementRef<HTMLElement>>('heading');
  private readonly actions = viewChild<ElementRef<HTMLElement>>('actions');
  private readonly kept = viewChild<KeptServers, ElementRef<HTMLElement>>(KeptServers, { read: ElementRef });
  private readonly logViewer = viewChild(LogViewer);
  private readonly watches = inject(BuildWatch);
  protected readonly watched = computed(() => this.watches.watched().includes(this.buildId()));
  protected readonly alerts = this.watches.alerts;
  protected readonly isFinal = isFinal;
  /** Nothing is shown of a build that is no longer there. */
  protected readonly build = computed(() => (this.missing() ? undefined : this.loaded.data()));

  constructor() {
    pageTitle(() => {
      if (this.missing()) return this.t('build.missing', { id: this.id() });
      const build = this.loaded.data();
      const title = this.t('build.title', { id: this.id() });
      return build === undefined
        ? title
        : `${this.t(`status.${build.status}`)} · ${title} · ${build.distroId}`;
    });
    effect(() => {
      const known = !Number.isNaN(this.buildId());
      untracked(() => {
        if (known) this.loaded.reset();
        else this.loaded.stop();
      });
    });
    inject(Live).watch({
      build: (change) => {
        if (change.id === this.buildId()) this.loaded.refresh();
      },
      stage: (change) => {
        if (change.buildId === this.buildId()) this.takeStage(change);
      },
      reconnect: () => {
        if (!Number.isNaN(this.buildId())) this.loaded.refresh();
      },
    });
  }

  protected elapsed(build: BuildView): string {
    if (build.startedAt === undefined) return '';
    const end = build.finishedAt === undefined ? this.now() : Date.parse(build.finishedAt);
    const duration = this.formats.duration(Math.max(0, end - Date.parse(build.startedAt)));
    return this.t(isFinal(build.status) ? 'build.took' : 'build.runs', { duration });
  }

  protected cancel({ id }: BuildView): void {
    this.action.run(this.api.cancelBuild(id), {
      subject: 'cancel',
      failed: () => this.t('build.cancel.failed', { id }),
      done: () => {
        this.notices.say(this.t('build.cancel.asked', { id }));
        this.goOnFrom(this.actions());
        this.loaded.refresh();
      },
    });
  }

  protected retry({ id }: BuildView): void {
    this.action.run(this.api.retryBuild(id), {
      subject: 'retry',
      failed: () => this.t('build.retry.failed', { id }),
      done: (next) => {
        this.notices.say(this.t('build.retry.done', { id: next.id }));
        void this.router.navigate(['/builds', next.id]);
      },
    });
  }

  protected keepServer(build: BuildView, minutes: number): void {
    this.action.run(this.api.keepServer(build.id, minutes), {
      subject: 'keep',
      failed: () => this.t('build.keep.failed'),
      done: (changed) => {
        this.notices.say(
          minutes === 0
            ? this.t('build.keep.off')
            : this.t('build.keep.on', { time: this.formats.duration(minutes * MINUTE_MS) }),
          { about: `keep ${build.id}` },
        );
        this.loaded.patch((shown) => (shown.id === changed.id ? changed : shown));
      },
    });
  }

  protected release({ id }: BuildView): void {
    this.action.run(this.api.releaseServer(id), {
      subject: 'release',
      failed: () => this.t('build.kept.failed'),
      done: () => {
        this.notices.say(this.t('build.kept.released'));
        this.goOnFrom(this.kept());
        this.loaded.refresh();
      },
    });
  }

  protected watch(on: boolean): void {
    if (on) void this.watches.start(this.buildId());
    else this.watches.stop(this.buildId());
  }

  protected showInLog({ stage, cloud }: StageView): void {
    this.logViewer()?.jumpTo(stage, cloud);
  }

  protected showCause(): void {
    this.logViewer()?.jumpToCause();
  }

  /** What held the focus goes with what was done. */
  private goOnFrom(area: ElementRef<HTMLElement> | undefined): void {
    if (area !== undefined) keepFocus(area.nativeElement, this.heading()?.nativeElement);
  }

  /** Progress moves on screen at once; a change of status brings times and causes, which only the server has. */
  private takeStage(change: StageChanged): void {
    const known = this.loaded
      .data()
      ?.stages.find((stage) => stage.stage === change.stage && stage.cloud === change.cloud);
    if (known?.status !== change.status) {
      this.loaded.refresh();
      return;
    }
    this.loaded.patch((build) => ({
      ...build,
      stages: build.stages.map((stage) =>
        stage.stage === change.stage && stage.cloud === change.cloud
          ? {
              ...stage,
              ...(change.progress === undefined ? {} : { progress: change.progress }),
              ...(change.activity === undefined ? {} : { activity: change.activity }),
            }
          : stage,
      ),
    }));
  }
}
