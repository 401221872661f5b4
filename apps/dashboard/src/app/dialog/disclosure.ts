import { ChangeDetectionStrategy, Component, input, model } from '@angular/core';

/** A heading that opens what follows it. */
@Component({
  selector: 'im-disclosure',
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <h3>
      <button type="button" [attr.aria-expanded]="open()" (click)="open.set(!open())">
        <svg viewBox="0 0 16 16" width="10" height="10" aria-hidden="true" [class.turned]="open()">
          <path d="m5 2 7 6-7 6" fill="none" stroke="currentColor" stroke-width="2.4" />
        </svg>
        {{ heading() }}
      </button>
    </h3>
    <p class="small muted">{{ hint() }}</p>
  `,
  styles: `
    :host {
      display: flex;
      flex-wrap: wrap;
      align-items: baseline;
      gap: 0 var(--s3);
      padding: var(--s2) var(--s4);
    }
    h3 {
      font-size: var(--text-s);
    }
    button {
      display: inline-flex;
      align-items: center;
      gap: var(--s2);
      min-height: 1.875rem;
      padding: 0;
      border: 0;
      background: none;
      cursor: pointer;
    }
    button:hover {
      text-decoration: underline;
    }
    .turned {
      transform: rotate(90deg);
    }
  `,
})
export class Disclosure {
  readonly heading = input.required<string>();
  readonly hint = input.required<string>();
  readonly open = model(false);
}
