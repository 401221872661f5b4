import { ChangeDetectionStrategy, Component, input } from '@angular/core';
import type { TrendLook } from './trend-chart';
import type { Trend } from './trends';

/** A trend as a table, newest first. */
@Component({
  selector: 'im-trend-table',
  changeDetection: ChangeDetectionStrategy.OnPush,
  // It scrolls, and so the keyboard must reach it.
  host: { tabindex: '0', role: 'group', '[attr.aria-label]': 'label()' },
  template: `
    <table>
      <caption class="visually-hidden">
        {{
          label()
        }}
      </caption>
      <thead>
        <tr>
          <th scope="col">{{ timeLabel() }}</th>
          @for (series of trend().series; track series.id) {
            <th scope="col" class="number">{{ look().label(series.id) }}</th>
          }
        </tr>
      </thead>
      <tbody>
        @for (row of newestFirst(); track row.time) {
          <tr>
            <th scope="row">{{ look().span(row.time) }}</th>
            @for (series of trend().series; track series.id) {
              @let value = series.values[row.index];
              <td class="number">
                {{
                  value === null || value === undefined ? '–' : look().detail(value, series.p90?.[row.index])
                }}
              </td>
            }
          </tr>
        }
      </tbody>
    </table>
  `,
  styles: `
    :host {
      display: block;
      max-height: 15rem;
      overflow: auto;
    }
    thead th {
      position: sticky;
      top: 0;
      background: var(--surface-raised);
    }
    tbody th {
      color: var(--text);
      font-weight: 400;
    }
    th,
    td {
      padding: var(--s1) var(--s2);
      font-size: var(--text-s);
    }
  `,
})
export class TrendTable {
  readonly trend = input.required<Trend>();
  readonly look = input.required<TrendLook>();
  readonly label = input.required<string>();
  readonly timeLabel = input.required<string>();

  protected newestFirst(): { time: string; index: number }[] {
    return this.trend()
      .times.map((time, index) => ({ time, index }))
      .reverse();
  }
}
