import { ChangeDetectionStrategy, Component, inject, input } from '@angular/core';
import type { EndOfLifeView } from '@image-manager/contracts';
import { Formats } from '../i18n/formats';
import { I18n } from '../i18n/i18n';

/** How long the distribution still gets updates, as the phase that holds today. */
@Component({
  selector: 'im-end-of-life',
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    @if (endOfLife(); as eol) {
      <p class="phase" [attr.data-phase]="eol.phase">
        <svg viewBox="0 0 16 16" width="12" height="12" aria-hidden="true" fill="none" stroke="currentColor">
          <circle cx="8" cy="8" r="6.6" stroke-width="1.8" />
          @switch (eol.phase) {
            @case ('supported') {
              <circle cx="8" cy="8" r="7" fill="currentColor" stroke="none" />
            }
            @case ('ended') {
              <path d="m4.8 4.8 6.4 6.4m0-6.4-6.4 6.4" stroke-width="1.8" />
            }
            @default {
              <path d="M8 1.4a6.6 6.6 0 0 1 0 13.2z" fill="currentColor" stroke="none" />
            }
          }
        </svg>
        {{ t(phaseKey(eol)) }}
      </p>
      @if (eol.until; as until) {
        <p class="small muted">
          {{ t('eol.until', { date: formats.date(until) }) }}
          @if (eol.daysLeft !== undefined) {
            · {{ tn('eol.days', eol.daysLeft) }}
          }
        </p>
      }
    } @else {
      <p class="muted">{{ t('eol.unknown') }}</p>
    }
  `,
  styles: `
    .phase {
      display: flex;
      align-items: center;
      gap: 0.4em;
      color: var(--warn);
    }
    svg {
      flex: none;
    }
    .phase[data-phase='supported'] {
      color: var(--good);
    }
    .phase[data-phase='ended'] {
      color: var(--bad);
    }
  `,
})
export class EndOfLife {
  readonly endOfLife = input<EndOfLifeView>();
  private readonly i18n = inject(I18n);
  protected readonly t = this.i18n.t;
  protected readonly tn = this.i18n.tn;
  protected readonly formats = inject(Formats);

  protected phaseKey(eol: EndOfLifeView) {
    return `eol.${eol.phase}` as const;
  }
}
