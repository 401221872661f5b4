import { ChangeDetectionStrategy, Component, inject, input, output } from '@angular/core';
import { MatCheckbox } from '@angular/material/checkbox';
import { RouterLink } from '@angular/router';
import type { LeakView } from '@image-manager/contracts';
import { Formats } from '../i18n/formats';
import { I18n } from '../i18n/i18n';
import { Clock } from '../live/clock';

const KINDS = { server: 'column.server', image: 'leaks.image', port: 'leaks.port' } as const;

/** Leaked things, to choose from. What the ledger does not know is shown and cannot be chosen. */
@Component({
  selector: 'im-leak-table',
  imports: [MatCheckbox, RouterLink],
  changeDetection: ChangeDetectionStrategy.OnPush,
  templateUrl: './leak-table.html',
  styles: `
    th:first-child,
    td:first-child {
      padding-left: var(--s4);
    }
    .id,
    .problem {
      display: block;
    }
    .nowrap {
      white-space: nowrap;
    }
    .unknown {
      color: var(--warn);
    }
  `,
})
export class LeakTable {
  readonly leaks = input.required<LeakView[]>();
  readonly chosen = input.required<ReadonlySet<string>>();
  readonly toggled = output<string>();
  protected readonly kinds = KINDS;
  protected readonly t = inject(I18n).t;
  protected readonly formats = inject(Formats);
  protected readonly now = inject(Clock).now;
}
