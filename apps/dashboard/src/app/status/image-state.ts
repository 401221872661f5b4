import { ChangeDetectionStrategy, Component, computed, inject, input } from '@angular/core';
import type { ImageView } from '@image-manager/contracts';
import { I18n } from '../i18n/i18n';

/** Where an image stands: current, candidate, retired, rejected, or not ours. */
@Component({
  selector: 'im-image-state',
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <svg viewBox="0 0 16 16" width="12" height="12" aria-hidden="true" fill="none" stroke="currentColor">
      @switch (state()) {
        @case ('current') {
          <rect x="1" y="1" width="14" height="14" rx="2" fill="currentColor" stroke="none" />
        }
        @case ('candidate') {
          <rect x="2" y="2" width="12" height="12" rx="2" stroke-width="2" stroke-dasharray="3 2" />
        }
        @case ('retired') {
          <rect x="2" y="2" width="12" height="12" rx="2" stroke-width="2" />
        }
        @case ('foreign') {
          <path d="M8 1.5 14.5 8 8 14.5 1.5 8z" stroke-width="1.8" />
        }
        @default {
          <path d="m3 3 10 10M13 3 3 13" stroke-width="2" />
        }
      }
    </svg>
    <span>{{ t(key()) }}</span>
  `,
  styles: `
    :host {
      display: inline-flex;
      align-items: baseline;
      gap: 0.4em;
      white-space: nowrap;
      color: var(--idle);
    }
    svg {
      align-self: center;
    }
    :host([data-state='current']) {
      color: var(--good);
    }
    :host([data-state='candidate']) {
      color: var(--warn);
    }
    :host([data-state='rejected']) {
      color: var(--bad);
    }
  `,
  host: {
    '[attr.data-state]': 'state()',
    '[attr.title]': "state() === 'foreign' ? t('image.foreign.hint') : null",
  },
})
export class ImageStateMark {
  readonly image = input.required<ImageView>();
  protected readonly t = inject(I18n).t;
  protected readonly state = computed(() => {
    const { ours, state } = this.image();
    return ours && state !== undefined ? state : 'foreign';
  });
  protected readonly key = () => `image.${this.state()}` as const;
}
