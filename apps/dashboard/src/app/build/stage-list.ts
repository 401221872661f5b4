import { ChangeDetectionStrategy, Component, computed, inject, input, output } from '@angular/core';
import type { StageView } from '@image-manager/contracts';
import { Formats } from '../i18n/formats';
import { I18n } from '../i18n/i18n';
import { Clock } from '../live/clock';
import { StatusMark } from '../status/status-mark';

/** The stages in order, each with its time, its place on the common time line, and what it does now. */
@Component({
  selector: 'im-stage-list',
  imports: [StatusMark],
  changeDetection: ChangeDetectionStrategy.OnPush,
  templateUrl: './stage-list.html',
  styleUrl: './stage-list.css',
})
export class StageList {
  readonly stages = input.required<StageView[]>();
  /** The person wants to see this stage in the log. */
  readonly pick = output<StageView>();

  protected readonly t = inject(I18n).t;
  protected readonly formats = inject(Formats);
  private readonly now = inject(Clock).now;

  protected readonly rows = computed(() => {
    const stages = this.stages();
    const spans = stages.map((stage) => this.span(stage));
    const begun = spans.filter((span) => span !== undefined);
    const start = Math.min(...begun.map((span) => span.from));
    const length = Math.max(1, Math.max(...begun.map((span) => span.to)) - start);
    return stages.map((stage, index) => {
      const span = spans[index];
      return {
        stage,
        duration: span === undefined ? '' : this.duration(stage, span.to - span.from),
        left: span === undefined ? 0 : ((span.from - start) / length) * 100,
        width: span === undefined ? 0 : ((span.to - span.from) / length) * 100,
        deadline: this.deadline(stage),
      };
    });
  });

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
