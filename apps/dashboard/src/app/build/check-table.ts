import { ChangeDetectionStrategy, Component, computed, inject, input, signal } from '@angular/core';
import { MatCheckbox } from '@angular/material/checkbox';
import type { CheckStatus, CheckView } from '@image-manager/contracts';
import { I18n } from '../i18n/i18n';
import { StatusMark } from '../status/status-mark';
import { CheckFigures } from './check-figures';

const ORDER: CheckStatus[] = ['fail', 'warn', 'skip', 'pass'];

/** What the agent found, failures first. */
@Component({
  selector: 'im-check-table',
  imports: [MatCheckbox, StatusMark],
  changeDetection: ChangeDetectionStrategy.OnPush,
  templateUrl: './check-table.html',
  styleUrl: './check-table.css',
})
export class CheckTable {
  readonly checks = input.required<CheckView[]>();
  /** No agent will report any more. */
  readonly ended = input(false);
  /** The cloud is named only where there are several. */
  readonly cloudCount = input(1);
  private readonly i18n = inject(I18n);
  protected readonly t = this.i18n.t;
  protected readonly tn = this.i18n.tn;
  protected readonly figure = inject(CheckFigures).of;
  protected readonly onlyOpen = signal(false);

  protected readonly open = computed(() => this.checks().filter(({ status }) => status !== 'pass').length);
  protected readonly shown = computed(() =>
    this.checks()
      .filter(({ status }) => !this.onlyOpen() || status !== 'pass')
      .sort((a, b) => ORDER.indexOf(a.status) - ORDER.indexOf(b.status)),
  );
  protected readonly counts = computed(() => {
    const count = (status: CheckStatus) => this.checks().filter((check) => check.status === status).length;
    return { failed: count('fail'), warned: count('warn'), skipped: count('skip'), passed: count('pass') };
  });
}
