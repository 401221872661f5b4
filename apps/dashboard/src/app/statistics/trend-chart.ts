import {
  afterRenderEffect,
  ChangeDetectionStrategy,
  Component,
  DestroyRef,
  DOCUMENT,
  type ElementRef,
  inject,
  input,
  signal,
  viewChild,
} from '@angular/core';
import {
  BarController,
  BarElement,
  CategoryScale,
  Chart,
  type ChartConfiguration,
  Legend,
  LinearScale,
  LineController,
  LineElement,
  LogarithmicScale,
  PointElement,
  Tooltip,
} from 'chart.js';
import { Theme } from '../shell/theme';
import { hatched } from './hatching';
import type { Trend } from './trends';

Chart.register(
  BarController,
  BarElement,
  CategoryScale,
  Legend,
  LinearScale,
  LineController,
  LineElement,
  LogarithmicScale,
  PointElement,
  Tooltip,
);

/** How a series is told apart: by colour and by shape. */
const SHAPES = ['circle', 'rect', 'triangle', 'rectRot', 'crossRot', 'star'] as const;
/** Durations that read well beside a logarithmic axis, in milliseconds. */
const ROUND_DURATIONS = [100, 1000, 10_000, 60_000, 600_000, 3_600_000, 36_000_000];

/** What the lines across a chart of durations lie apart, in milliseconds. */
const ROUND_STEPS = [1, 2, 5, 15, 30, 60, 120, 300, 600, 900, 1800, 3600].map((seconds) => seconds * 1000);
const MOST_LINES = 6;

/** Words of a chart, and colours by name of a token of tokens.css. */
export interface TrendLook {
  kind: 'stacked bars' | 'lines';
  /** Where values lie orders of magnitude apart. */
  logarithmic?: boolean;
  /** Beside the axis of values. */
  axis?: string;
  label: (seriesId: string) => string;
  colour: (seriesId: string, index: number) => string;
  /** On the axis, such as 24 Nov. */
  time: (time: string) => string;
  /** Above the values of one time. */
  span: (time: string) => string;
  value: (value: number) => string;
  /** What stands in the tooltip, such as 2m 5s (p90 3m 10s). */
  detail: (value: number, p90: number | null | undefined) => string;
  /** Below the values of one time. */
  footer?: (index: number) => string;
}

/** A trend as a picture; what it says stands in a table too, for whoever does not see it. */
@Component({
  selector: 'im-trend-chart',
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `<canvas #canvas role="img" [attr.aria-label]="label()"></canvas>`,
  styles: `
    :host {
      position: relative;
      display: block;
      height: 15rem;
      min-width: 0;
      overflow: hidden;
    }
    @media (forced-colors: active) {
      canvas {
        --surface-raised: Canvas;
        --text-muted: CanvasText;
        --line: GrayText;
        forced-color-adjust: none;
      }
    }
    /* Out of the flow: a picture drawn for a wide window must not keep the page wide until it is drawn anew. */
    canvas {
      position: absolute;
    }
  `,
})
export class TrendChart {
  readonly trend = input.required<Trend>();
  readonly look = input.required<TrendLook>();
  readonly label = input.required<string>();

  private readonly canvas = viewChild.required<ElementRef<HTMLCanvasElement>>('canvas');
  private readonly document = inject(DOCUMENT);
  private readonly theme = inject(Theme).choice;
  private readonly systemTheme = signal(0);
  /** The system has colours of its own: bars are told apart by how they are hatched. */
  private readonly forcedColours = this.document.defaultView?.matchMedia('(forced-colors: active)');
  private chart: Chart | undefined;

  constructor() {
    const looks = [this.document.defaultView?.matchMedia('(prefers-color-scheme: dark)'), this.forcedColours];
    const changed = (): void => {
      this.systemTheme.update((count) => count + 1);
    };
    for (const look of looks) look?.addEventListener('change', changed);
    inject(DestroyRef).onDestroy(() => {
      for (const look of looks) look?.removeEventListener('change', changed);
      this.chart?.destroy();
    });
    afterRenderEffect(() => {
      // A canvas does not follow the style sheet: it is drawn anew in the other theme's colours.
      this.theme();
      this.systemTheme();
      const configuration = this.configuration(this.trend(), this.look());
      this.chart?.destroy();
      this.chart = new Chart(this.canvas().nativeElement, configuration);
    });
  }

  private configuration(
    trend: Trend,
    look: TrendLook,
  ): ChartConfiguration<'bar' | 'line', (number | null)[]> {
    const isBars = look.kind === 'stacked bars';
    const text = this.colour('--text-muted');
    const line = this.colour('--line');
    const surface = this.colour('--surface-raised');
    const isForced = this.forcedColours?.matches === true;
    const font = { family: getComputedStyle(this.document.body).fontFamily, size: 12 };
    return {
      type: isBars ? 'bar' : 'line',
      data: {
        labels: trend.times.map(look.time),
        datasets: trend.series.map(({ id, values }, index) => {
          const colour = this.colour(look.colour(id, index));
          return {
            label: look.label(id),
            data: values,
            backgroundColor: isBars && isForced ? hatched(index, text, surface) : colour,
            borderColor: isBars && !isForced ? surface : isBars ? text : colour,
            borderWidth: isBars ? (isForced ? 1 : { top: 1 }) : 1.5,
            maxBarThickness: 28,
            pointStyle: SHAPES[index % SHAPES.length],
            pointRadius: 2.5,
            pointHoverRadius: 5,
            spanGaps: true,
          };
        }),
      },
      options: {
        maintainAspectRatio: false,
        animation: false,
        interaction: { mode: 'index', intersect: false },
        scales: {
          x: {
            stacked: isBars,
            grid: { display: false },
            border: { color: line },
            ticks: { color: text, font, maxRotation: 0, autoSkipPadding: 16 },
          },
          y: {
            type: look.logarithmic ? 'logarithmic' : 'linear',
            stacked: isBars,
            beginAtZero: true,
            grid: { color: line },
            border: { display: false },
            title: { display: look.axis !== undefined, text: look.axis ?? '', color: text, font },
            afterBuildTicks: (axis) => {
              if (look.logarithmic) axis.ticks = roundDurations(axis.min, axis.max);
            },
            ticks: {
              color: text,
              font,
              maxTicksLimit: MOST_LINES,
              ...stepOf(trend),
              ...(isBars ? { precision: 0 } : {}),
              callback: (value) => look.value(Number(value)),
            },
          },
        },
        plugins: {
          legend: {
            position: 'bottom',
            align: 'start',
            labels: { color: text, font, usePointStyle: true, boxHeight: 6, padding: 12 },
          },
          tooltip: {
            usePointStyle: true,
            backgroundColor: this.colour('--mat-sys-inverse-surface'),
            titleColor: this.colour('--mat-sys-inverse-on-surface'),
            bodyColor: this.colour('--mat-sys-inverse-on-surface'),
            footerColor: this.colour('--mat-sys-inverse-on-surface'),
            titleFont: { ...font, weight: 600 },
            bodyFont: font,
            footerFont: font,
            cornerRadius: 4,
            callbacks: {
              title: ([item]) => look.span(trend.times[item?.dataIndex ?? 0] ?? ''),
              label: ({ dataset, datasetIndex, dataIndex, parsed }) => {
                const p90 = trend.series[datasetIndex]?.p90?.[dataIndex];
                return `${dataset.label ?? ''}: ${look.detail(parsed.y ?? 0, p90)}`;
              },
              footer: ([item]) => look.footer?.(item?.dataIndex ?? 0) ?? '',
            },
          },
        },
      },
    };
  }

  /** A token's colour as it is now: the browser resolves light-dark() for elements only. */
  private colour(token: string): string {
    const canvas = this.canvas().nativeElement;
    canvas.style.color = `var(${token})`;
    return getComputedStyle(canvas).color;
  }
}

/** A chart's own steps are round in milliseconds: 1m 40s, 3m 20s. */
function stepOf({ unit, series }: Trend): { stepSize?: number } {
  if (unit !== 'milliseconds') return {};
  const most = Math.max(...series.flatMap(({ values }) => values.map((value) => value ?? 0)));
  const stepSize = ROUND_STEPS.find((step) => most / step <= MOST_LINES - 1);
  return stepSize === undefined ? {} : { stepSize };
}

function roundDurations(min: number, max: number): { value: number }[] {
  return ROUND_DURATIONS.filter((value) => value >= min && value <= max).map((value) => ({ value }));
}
