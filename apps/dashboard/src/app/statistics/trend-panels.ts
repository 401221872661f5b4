import { ChangeDetectionStrategy, Component, computed, inject, input } from '@angular/core';
import type { BuildStatus, StageName, StatisticsView } from '@image-manager/contracts';
import { Formats } from '../i18n/formats';
import { I18n } from '../i18n/i18n';
import { TrendChart, type TrendLook } from './trend-chart';
import { TrendTable } from './trend-table';
import { definitionsTrend, endsTrend, stagesTrend, type Trend } from './trends';

interface Panel {
  id: string;
  title: string;
  /** What the whole period comes to. */
  figure: string;
  trend: Trend;
  look: TrendLook;
}

const STATUS_COLOURS: Record<string, string> = {
  succeeded: '--good',
  partial: '--warn',
  failed: '--bad',
  cancelled: '--idle',
};
const SERIES_COLOURS = 6;
const LONGEST_NAME = 32;

/** Success, durations, sizes and boot times over time, as charts or as tables. */
@Component({
  selector: 'im-trend-panels',
  imports: [TrendChart, TrendTable],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    @for (panel of panels(); track panel.id) {
      <section class="panel">
        <h3>{{ panel.title }}</h3>
        <p class="figure">{{ panel.figure }}</p>
        @if (panel.trend.series.length === 0) {
          <p class="none muted">{{ t('trends.none') }}</p>
        } @else if (asTables()) {
          <im-trend-table
            [trend]="panel.trend"
            [look]="panel.look"
            [label]="panel.title"
            [timeLabel]="t('trends.time')"
          />
        } @else {
          <im-trend-chart
            [trend]="panel.trend"
            [look]="panel.look"
            [label]="t('trends.label', { title: panel.title, figure: panel.figure })"
          />
        }
      </section>
    }
  `,
  styleUrl: './trend-panels.css',
})
export class TrendPanels {
  readonly view = input.required<StatisticsView>();
  /** Display names of the definitions by id. */
  readonly names = input.required<ReadonlyMap<string, string>>();
  readonly asTables = input(false);

  private readonly i18n = inject(I18n);
  private readonly formats = inject(Formats);
  protected readonly t = this.i18n.t;

  protected readonly panels = computed((): Panel[] => [
    this.ends(this.view()),
    this.stages(this.view()),
    this.ofDefinitions(this.view(), 'artifactBytes'),
    this.ofDefinitions(this.view(), 'bootMs'),
  ]);

  private ends(view: StatisticsView): Panel {
    const { successRate } = view.overall.total;
    const trend = endsTrend(view);
    const rates = new Map(view.overall.points.map((point) => [point.at, point.successRate]));
    return {
      id: 'ends',
      title: this.t('trends.ends'),
      figure:
        successRate === undefined ? '–' : this.t('trends.rate', { rate: this.formats.percent(successRate) }),
      trend,
      look: {
        ...this.lookOfTime(view),
        kind: 'stacked bars',
        label: (id) => this.t(`status.${id as BuildStatus}`),
        colour: (id) => STATUS_COLOURS[id] ?? '--idle',
        value: this.formats.number,
        detail: this.formats.number,
        footer: (index) => {
          const rate = rates.get(trend.times[index] ?? '');
          return rate === undefined ? '' : this.t('trends.rate', { rate: this.formats.percent(rate) });
        },
      },
    };
  }

  private stages(view: StatisticsView): Panel {
    const build = view.overall.total.stages.find(({ stage }) => stage === 'build');
    return {
      id: 'stages',
      title: this.t('trends.stages'),
      figure:
        build === undefined
          ? '–'
          : this.t('trends.stages.figure', {
              stage: this.t('stage.build'),
              value: this.formats.duration(build.median),
            }),
      trend: stagesTrend(view),
      look: {
        ...this.lookOfTime(view),
        ...this.lookOfValues(this.formats.duration),
        logarithmic: true,
        axis: this.t('trends.logarithmic'),
        label: (id) => this.t(`stage.${id as StageName}`),
      },
    };
  }

  private ofDefinitions(view: StatisticsView, figure: 'artifactBytes' | 'bootMs'): Panel {
    const format = figure === 'bootMs' ? this.formats.duration : this.formats.size;
    const total = view.overall.total[figure];
    return {
      id: figure,
      title: this.t(figure === 'bootMs' ? 'trends.boot' : 'trends.size'),
      figure: total === undefined ? '–' : this.t('trends.median', { value: format(total.median) }),
      trend: definitionsTrend(view, figure),
      look: {
        ...this.lookOfTime(view),
        ...this.lookOfValues(format),
        label: (id) => shortened(this.names().get(id) ?? id),
      },
    };
  }

  private lookOfValues(format: (value: number) => string) {
    return {
      kind: 'lines' as const,
      colour: (_id: string, index: number) => `--series-${(index % SERIES_COLOURS) + 1}`,
      value: format,
      detail: (value: number, p90: number | null | undefined) => {
        const [shown, high] = [format(value), format(p90 ?? value)];
        return high === shown ? shown : this.t('trends.p90', { value: shown, p90: high });
      },
    };
  }

  private lookOfTime({ bucket }: StatisticsView) {
    const { date, month, shortDay, shortWeek, week } = this.formats;
    if (bucket === 'month') return { time: month, span: month };
    return bucket === 'week' ? { time: shortWeek, span: week } : { time: shortDay, span: date };
  }
}

/** A legend has no room for a sentence. */
function shortened(name: string): string {
  return name.length <= LONGEST_NAME ? name : `${name.slice(0, LONGEST_NAME - 1).trimEnd()}…`;
}
