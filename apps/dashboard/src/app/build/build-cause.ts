import { ChangeDetectionStrategy, Component, computed, inject, input, output } from '@angular/core';
import { MatButton } from '@angular/material/button';
import type { Cause } from '@image-manager/contracts';
import { I18n } from '../i18n/i18n';
import { causeText } from './cause-text';

/** Why a build failed, who can mend it and how. */
@Component({
  selector: 'im-build-cause',
  imports: [MatButton],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <section [attr.aria-label]="t('build.cause')">
      <div class="head">
        <p class="where">
          {{ t('build.cause.where', { stage: t(stageKey()), fault: t(faultKey()) }) }}
          @if (cause().cloud; as cloud) {
            · {{ cloud }}
          }
          <code>{{ cause().code }}</code>
        </p>
        @if (cause().lines?.length) {
          <button matButton="outlined" type="button" (click)="show.emit()">
            {{ t('build.cause.show') }}
          </button>
        }
      </div>
      @if (title(); as title) {
        <p class="title">{{ title }}</p>
      }
      <p class="break" [class.title]="!title()" lang="en">{{ cause().message }}</p>
      @if (text()?.advice ?? cause().advice; as advice) {
        <p class="break">
          <span class="muted">{{ t('build.advice') }}:</span>
          <span [attr.lang]="text()?.advice ? null : 'en'"> {{ advice }}</span>
        </p>
      }
      @if (text()?.advice && cause().advice) {
        <p class="break small muted" lang="en">{{ cause().advice }}</p>
      }
      @if (lines(); as lines) {
        <pre tabindex="0" [attr.aria-label]="t('build.cause')">{{ lines }}</pre>
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
    .head {
      display: flex;
      flex-wrap: wrap;
      align-items: center;
      justify-content: space-between;
      gap: var(--s1) var(--s4);
    }
    .where {
      color: var(--text-muted);
      font-size: var(--text-s);
    }
    .title {
      font-size: var(--text-l);
      font-weight: 600;
    }
    pre {
      margin: var(--s1) 0 0;
      max-height: 9rem;
      padding: var(--s2) var(--s3);
      overflow: auto;
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
  private readonly i18n = inject(I18n);
  protected readonly t = this.i18n.t;
  /** The API speaks English; what the code means is said in the reader's language. */
  protected readonly text = computed(() => causeText(this.cause().code, this.i18n.language()));
  /** Not where the message begins with it. */
  protected readonly title = computed(() => {
    const title = this.text()?.title;
    return title !== undefined && this.cause().message.startsWith(title) ? undefined : title;
  });
  /** What the message does not say already. */
  protected readonly lines = computed(() => {
    const { lines = [], message } = this.cause();
    return lines.every((line) => message.includes(line)) ? undefined : lines.join('\n');
  });
  protected readonly stageKey = () => `stage.${this.cause().stage}` as const;
  protected readonly faultKey = () => `fault.${this.cause().fault}` as const;
}
