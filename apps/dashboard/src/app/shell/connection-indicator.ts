import { ChangeDetectionStrategy, Component, inject } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { I18n } from '../i18n/i18n';
import { Live } from '../live/live';

/** Says whether what is on screen follows the server. */
@Component({
  selector: 'im-connection',
  imports: [MatButton],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <span class="visually-hidden" role="status">{{ t(key()) }}</span>
    @if (live.state() === 'offline') {
      <button matButton type="button" [title]="t(hint())" (click)="live.reconnectNow()">
        <svg viewBox="0 0 16 16" width="12" height="12" aria-hidden="true">
          <path d="m3 3 10 10M13 3 3 13" stroke="currentColor" stroke-width="2.4" />
        </svg>
        {{ t(key()) }}
      </button>
    } @else {
      <span class="mark" aria-hidden="true" [title]="t(hint())">
        <svg viewBox="0 0 16 16" width="12" height="12" fill="none" stroke="currentColor">
          @if (live.connected()) {
            <circle cx="8" cy="8" r="6" fill="currentColor" stroke="none" />
          } @else {
            <circle cx="8" cy="8" r="6" stroke-width="2.4" stroke-dasharray="6 3.4" />
          }
        </svg>
        <span class="word">{{ t(key()) }}</span>
      </span>
    }
  `,
  styles: `
    :host {
      font-size: var(--text-s);
      color: var(--warn);
    }
    :host([data-state='live']) {
      color: var(--good);
    }
    :host([data-state='offline']) {
      --mat-button-text-label-text-color: var(--bad);
    }
    .mark {
      display: inline-flex;
      align-items: baseline;
      gap: 0.4em;
      white-space: nowrap;
    }
    .mark svg {
      align-self: center;
    }
    @media (max-width: 30rem) {
      :host([data-state='live']) .word {
        display: none;
      }
      :host {
        display: flex;
      }
      .mark {
        align-items: center;
      }
      .word {
        max-width: 6rem;
        overflow: hidden;
        text-overflow: ellipsis;
      }
    }
  `,
  host: { '[attr.data-state]': 'live.state()' },
})
export class ConnectionIndicator {
  protected readonly live = inject(Live);
  protected readonly t = inject(I18n).t;
  protected readonly key = () => `live.${this.live.state()}` as const;
  protected readonly hint = () =>
    this.live.stopped() ? ('live.stopped.hint' as const) : (`live.${this.live.state()}.hint` as const);
}
