import { ChangeDetectionStrategy, Component, computed, inject, input } from '@angular/core';
import type { CheckStatus, CheckView } from '@image-manager/contracts';
import { Formats } from '../i18n/formats';
import { I18n } from '../i18n/i18n';
import { StatusMark } from '../status/status-mark';

const ORDER: CheckStatus[] = ['fail', 'warn', 'pass', 'skip'];

/** What the agent found, failures first. */
@Component({
  selector: 'im-check-table',
  imports: [StatusMark],
  changeDetection: ChangeDetectionStrategy.OnPush,
  templateUrl: './check-table.html',
  styles: `
    header {
      display: flex;
      flex-wrap: wrap;
      align-items: baseline;
      gap: var(--s1) var(--s3);
      padding: var(--s2) var(--s3);
      border-bottom: 1px solid var(--line);
    }
    .bad {
      color: var(--bad);
    }
    .warn {
      color: var(--warn);
    }
    .none {
      padding: var(--s3);
    }
    td {
      padding: var(--s1) var(--s3);
    }
    .reason {
      display: block;
    }
    /* A figure may be an address: it must not press the reason into a column of single words. */
    td.number {
      min-width: 6rem;
      max-width: 8rem;
      white-space: normal;
      overflow-wrap: anywhere;
    }
  `,
})
export class CheckTable {
  readonly checks = input.required<CheckView[]>();
  /** The cloud is named only where there are several. */
  readonly cloudCount = input(1);
  private readonly i18n = inject(I18n);
  protected readonly t = this.i18n.t;
  protected readonly tn = this.i18n.tn;
  protected readonly formats = inject(Formats);

  protected readonly sorted = computed(() =>
    [...this.checks()].sort((a, b) => ORDER.indexOf(a.status) - ORDER.indexOf(b.status)),
  );
  protected readonly counts = computed(() => {
    const count = (status: CheckStatus) => this.checks().filter((check) => check.status === status).length;
    return { failed: count('fail'), warned: count('warn'), passed: count('pass') };
  });
}
