import { ChangeDetectionStrategy, Component, inject, input } from '@angular/core';
import type { BuildStatus, CheckStatus, StageStatus } from '@image-manager/contracts';
import { I18n } from '../i18n/i18n';

/** A status as colour, shape and word, so that no one of them has to be seen. */
@Component({
  selector: 'im-status',
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <svg viewBox="0 0 16 16" width="14" height="14" aria-hidden="true" fill="none" stroke="currentColor">
      @switch (kind()) {
        @case ('succeeded') {
          <circle cx="8" cy="8" r="7" class="solid" />
          <path d="M4.7 8.2 7 10.5l4.3-4.8" class="cut" />
        }
        @case ('pass') {
          <circle cx="8" cy="8" r="7" class="solid" />
          <path d="M4.7 8.2 7 10.5l4.3-4.8" class="cut" />
        }
        @case ('failed') {
          <path d="M5 1h6l4 4v6l-4 4H5l-4-4V5z" class="solid" />
          <path d="m5.4 5.4 5.2 5.2m0-5.2-5.2 5.2" class="cut" />
        }
        @case ('fail') {
          <path d="M5 1h6l4 4v6l-4 4H5l-4-4V5z" class="solid" />
          <path d="m5.4 5.4 5.2 5.2m0-5.2-5.2 5.2" class="cut" />
        }
        @case ('warn') {
          <path d="M8 1.2 15.4 14.4H.6z" class="solid" />
          <path d="M8 6v3.6m0 1.5v1.4" class="cut" />
        }
        @case ('partial') {
          <circle cx="8" cy="8" r="6.2" stroke-width="1.6" />
          <path d="M8 1.8a6.2 6.2 0 0 1 0 12.4z" class="solid" />
        }
        @case ('running') {
          <circle cx="8" cy="8" r="6" stroke-width="2" opacity=".3" />
          <path d="M8 2a6 6 0 0 1 6 6" stroke-width="2" class="turns" />
        }
        @case ('cancelled') {
          <circle cx="8" cy="8" r="6.2" stroke-width="1.6" />
          <path d="m3.8 12.2 8.4-8.4" stroke-width="1.6" />
        }
        @case ('queued') {
          <circle cx="8" cy="8" r="6.2" stroke-width="1.6" />
          <path d="M8 4.5V8l2.4 1.6" stroke-width="1.6" />
        }
        @case ('pending') {
          <circle cx="8" cy="8" r="6.2" stroke-width="1.6" stroke-dasharray="2.4 2.4" />
        }
        @default {
          <path d="M3 8h10" stroke-width="2" />
        }
      }
    </svg>
    <span>{{ t(key()) }}</span>
  `,
  styleUrl: './status-mark.css',
  host: { '[attr.data-kind]': 'kind()' },
})
export class StatusMark {
  readonly kind = input.required<BuildStatus | StageStatus | CheckStatus>();
  protected readonly t = inject(I18n).t;
  protected readonly key = () => `status.${this.kind()}` as const;
}
