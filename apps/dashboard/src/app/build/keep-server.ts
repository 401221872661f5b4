import { ChangeDetectionStrategy, Component, computed, inject, input, output } from '@angular/core';
import { MatButtonToggle, type MatButtonToggleChange } from '@angular/material/button-toggle';
import { MatTooltip } from '@angular/material/tooltip';
import type { BuildView } from '@image-manager/contracts';
import { Formats } from '../i18n/formats';
import { I18n } from '../i18n/i18n';

const MINUTE_MS = 60_000;
/** Long enough to be noticed and looked into, short enough not to be forgotten. */
const USUAL_MINUTES = 60;

/** Whether the test server of a build that runs stays for a look inside if the build fails. */
@Component({
  selector: 'im-keep-server',
  imports: [MatButtonToggle, MatTooltip],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <mat-button-toggle
      [checked]="minutes() > 0"
      [disabled]="busy()"
      disabledInteractive
      [matTooltip]="hint()"
      (change)="choose($event)"
      >{{ t('build.keep') }}</mat-button-toggle
    >
  `,
})
export class KeepServer {
  readonly build = input.required<BuildView>();
  readonly busy = input(false);
  /** For so many minutes; 0: not at all. */
  readonly decided = output<number>();
  protected readonly t = inject(I18n).t;
  private readonly formats = inject(Formats);
  protected readonly minutes = computed(() => this.build().keepFailedServerMinutes);
  protected readonly hint = computed(() =>
    this.t('build.keep.hint', {
      time: this.formats.duration((this.minutes() || USUAL_MINUTES) * MINUTE_MS),
    }),
  );

  protected choose({ source }: MatButtonToggleChange): void {
    const wanted = source.checked;
    // It shows what the server says, and changes when the server agrees.
    source.checked = this.minutes() > 0;
    this.decided.emit(wanted ? USUAL_MINUTES : 0);
  }
}
