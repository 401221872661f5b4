import { ChangeDetectionStrategy, Component, computed, inject, input, output } from '@angular/core';
import type { Cause, StageView } from '@image-manager/contracts';
import { Formats } from '../i18n/formats';
import { I18n } from '../i18n/i18n';
import { Clock } from '../live/clock';
import { StatusMark } from '../status/status-mark';
import { activityText, type ActivityText } from './activity-text';
import { ticksOf } from './time-axis';

interface Row {
  stage: StageView;
  /** Since the build began; empty before the stage has. */
  begin: string;
  duration: string;
  /** Percent of the axis. */
  left: number;
  width: number;
  deadline: string | undefined;
  activity: ActivityText | undefined;
  /** Where the build's own cause does not say it already. */
  cause: Cause | undefined;
}

/** Stages of one place that follow one another. */
interface Group {
  /** Empty: the build host. */
  cloud: string;
  rows: Row[];
}

/** When each stage ran, on one axis of time, cloud by cloud, and what it does now. */
@Component({
  selector: 'im-stage-waterfall',
  imports: [StatusMark],
  changeDetection: ChangeDetectionStrategy.OnPush,
  templateUrl: './stage-waterfall.html',
  styleUrl: './stage-waterfall.css',
})
export class StageWaterfall {
  readonly stages = input.required<StageView[]>();
  /** Why the build failed; it is told elsewhere. */
  readonly cause = input<Cause>();
  /** The person wants to see this stage in the log. */
  readonly pick = output<StageView>();

  private readonly i18n = inject(I18n);
  protected readonly t = this.i18n.t;
  protected readonly formats = inject(Formats);
  private readonly now = inject(Clock).known;

  private readonly spans = computed(() => this.stages().map((stage) => this.span(stage)));
  /** Milliseconds since the epoch, and how long the axis is. */
  private readonly axis = computed(() => {
    const begun = this.spans().filter((span) => span !== undefined);
    const start = Math.min(...begun.map(({ from }) => from));
    const length = Math.max(1000, Math.max(...begun.map(({ to }) => to)) - start);
    return begun.length === 0 ? undefined : { start, length };
  });
  protected readonly ticks = computed(() => {
    const axis = this.axis();
    return axis === undefined ? [] : ticksOf(axis.length);
  });
  protected readonly groups = computed(() => {
    const groups: Group[] = [];
    this.stages().forEach((stage, index) => {
      const row = this.row(stage, index);
      const last = groups.at(-1);
      if (last?.cloud === stage.cloud) last.rows.push(row);
      else groups.push({ cloud: stage.cloud, rows: [row] });
    });
    return groups;
  });
  /** Also one cloud is told from the build host: both are cleaned up. */
  protected readonly hasPlaces = computed(() => this.groups().length > 1);

  protected named({ stage, cloud }: StageView): string {
    return [this.t(`stage.${stage}`), ...(cloud === '' ? [] : [cloud])].join(' · ');
  }

  private row(stage: StageView, index: number): Row {
    const span = this.spans()[index];
    const axis = this.axis();
    const own = stage.cause;
    const row = {
      stage,
      deadline: this.deadline(stage),
      activity: stage.activity === undefined ? undefined : activityText(stage.activity, this.i18n.language()),
      cause: own?.message === this.cause()?.message ? undefined : own,
    };
    if (span === undefined || axis === undefined)
      return { ...row, begin: '', duration: '', left: 0, width: 0 };
    return {
      ...row,
      begin: this.formats.duration(span.from - axis.start),
      duration: this.duration(stage, span.to - span.from),
      left: ((span.from - axis.start) / axis.length) * 100,
      width: ((span.to - span.from) / axis.length) * 100,
    };
  }

  /** Milliseconds since the epoch; undefined before the stage has begun. */
  private span(stage: StageView): { from: number; to: number } | undefined {
    if (stage.startedAt === undefined) return undefined;
    const from = Date.parse(stage.startedAt);
    const measured = stage.durationMs === undefined ? undefined : from + stage.durationMs;
    const finished = stage.finishedAt === undefined ? undefined : Date.parse(stage.finishedAt);
    return { from, to: Math.max(from, measured ?? finished ?? this.now()) };
  }

  /** A running stage counts whole seconds; milliseconds would only flicker. */
  private duration(stage: StageView, ms: number): string {
    return this.formats.duration(stage.status === 'running' ? Math.max(1000, ms) : ms);
  }

  private deadline(stage: StageView): string | undefined {
    if (stage.status !== 'running' || stage.deadlineAt === undefined) return undefined;
    const left = Date.parse(stage.deadlineAt) - this.now();
    if (left <= 0) return this.t('build.deadline.over');
    return this.t('build.deadline', { duration: this.formats.duration(left) });
  }
}
