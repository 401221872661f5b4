import { ChangeDetectionStrategy, Component, computed, inject, input, output } from '@angular/core';
import { MatButton } from '@angular/material/button';
import type { Problem } from '@image-manager/contracts';
import { UNEXPECTED, UNREACHABLE } from '../api/problem';
import { I18n } from '../i18n/i18n';

/** A failed request: what happened, the details, the request's id, and a way to try again. */
@Component({
  selector: 'im-problem',
  imports: [MatButton],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <div role="alert">
      <p>
        <strong [attr.lang]="isOurs() ? null : 'en'">{{ title() }}</strong>
      </p>
      @if (detail()) {
        <p class="break" [attr.lang]="isUnreachable() ? null : 'en'">{{ detail() }}</p>
      }
      @for (error of problem().errors ?? []; track $index) {
        <p class="break" lang="en">
          <code>{{ error.field }}</code> {{ error.message }}
        </p>
      }
      @if (stale()) {
        <p>{{ t('problem.stale') }}</p>
      }
      @if (problem().requestId) {
        <p class="small muted break">{{ t('problem.requestId', { id: problem().requestId }) }}</p>
      }
    </div>
    @if (canRetry()) {
      <button matButton="outlined" type="button" (click)="retry.emit()">{{ t('problem.retry') }}</button>
    }
  `,
  styles: `
    :host {
      display: flex;
      flex-wrap: wrap;
      justify-content: space-between;
      align-items: flex-start;
      gap: var(--s3);
      padding: var(--s3) var(--s4);
      border: 1px solid var(--line);
      border-left: 3px solid var(--bad);
      border-radius: var(--radius);
      background: var(--bad-soft);
    }
    div {
      min-width: 0;
      flex: 1 1 16rem;
    }
  `,
})
export class ProblemBox {
  readonly problem = input.required<Problem>();
  /** Data of an earlier request is still shown. */
  readonly stale = input(false);
  readonly canRetry = input(true);
  readonly retry = output();
  protected readonly t = inject(I18n).t;

  protected readonly isUnreachable = computed(() => this.problem().code === UNREACHABLE);
  /** The title is the dashboard's, in the reader's language; the API speaks English. */
  protected readonly isOurs = computed(() => this.isUnreachable() || this.problem().code === UNEXPECTED);

  protected readonly title = computed(() => {
    if (this.isUnreachable()) return this.t('problem.unreachable');
    return this.isOurs() ? this.t('problem.unexpected') : this.problem().title;
  });

  protected readonly detail = computed(() =>
    this.isUnreachable() ? this.t('problem.unreachable.detail') : this.problem().detail,
  );
}
