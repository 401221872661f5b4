import { ChangeDetectionStrategy, Component, inject, input, output } from '@angular/core';
import type { Cause } from '@image-manager/contracts';
import { I18n } from '../i18n/i18n';

/** Why a build failed, who can mend it and how. */
@Component({
  selector: 'im-build-cause',
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <section [attr.aria-label]="t('build.cause')">
      <p class="where">
        {{ t('build.cause.where', { stage: t(stageKey()), fault: t(faultKey()) }) }}
        @if (cause().cloud; as cloud) {
          · {{ cloud }}
        }
        <code>{{ cause().code }}</code>
      </p>
      <p class="message break">{{ cause().message }}</p>
      @if (cause().advice) {
        <p class="break">
          <span class="muted">{{ t('build.advice') }}:</span> {{ cause().advice }}
        </p>
      }
      @if (cause().lines; as lines) {
        @if (lines.length > 0) {
          <p>
            <button class="button" type="button" (click)="show.emit()">{{ t('build.cause.show') }}</button>
          </p>
          <pre tabindex="0" [attr.aria-label]="t('build.cause')">{{
            lines.join(
              '
'
            )
          }}</pre>
        }
      }
    </section>
  `,
  styles: `
    section {
      display: grid;
      gap: var(--s1);
      padding: var(--s3) var(--s4);
      border: 1px solid var(--line);
      border-left: 3px solid var(--bad);
      border-radius: var(--radius);
      background: var(--bad-soft);
    }
    .where {
      color: var(--text-muted);
      font-size: var(--text-s);
    }
    .message {
      font-size: var(--text-l);
      font-weight: 600;
    }
    pre {
      margin: var(--s1) 0 0;
      padding: var(--s2) var(--s3);
      overflow-x: auto;
      background: var(--surface-sunken);
      border: 1px solid var(--line);
      border-radius: var(--radius);
      font-size: 0.78rem;
      line-height: 1.5;
    }
  `,
})
export class BuildCause {
  readonly cause = input.required<Cause>();
  /** The person wants to see the place in the log. */
  readonly show = output();
  protected readonly t = inject(I18n).t;
  protected readonly stageKey = () => `stage.${this.cause().stage}` as const;
  protected readonly faultKey = () => `fault.${this.cause().fault}` as const;
}
