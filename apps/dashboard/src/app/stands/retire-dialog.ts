import { ChangeDetectionStrategy, Component, inject, signal } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { MAT_DIALOG_DATA, MatDialogModule, MatDialogRef } from '@angular/material/dialog';
import type { ImageView, Problem } from '@image-manager/contracts';
import { Api } from '../api/api';
import { loader } from '../api/loader';
import { problemOf } from '../api/problem';
import { I18n } from '../i18n/i18n';
import { ProblemBox } from '../status/problem-box';

/** Says what hiding an image changes for those who boot it, and hides it. Closes with true when it is retired. */
@Component({
  selector: 'im-retire-dialog',
  imports: [MatButton, MatDialogModule, ProblemBox],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <h2 matDialogTitle class="break">{{ t('images.retire.ask', { name: image.name }) }}</h2>
    <mat-dialog-content>
      <div class="asked">
        <p>{{ t('images.retire.effect', { cloud: image.cloud }) }}</p>
        @if (image.state === 'current') {
          <ul>
            <li class="warn">{{ t('images.retire.current') }}</li>
          </ul>
        }
        @if (usage.data(); as use) {
          @if (use.servers > 0) {
            <p>{{ tn('images.retire.servers', use.servers) }}</p>
          } @else {
            <p class="muted">{{ t('images.delete.unused') }}</p>
          }
        }
        @if (refusal(); as problem) {
          <im-problem [problem]="problem" [canRetry]="false" />
        }
      </div>
    </mat-dialog-content>
    <mat-dialog-actions align="end">
      <button matButton="outlined" type="button" matDialogClose>{{ t('confirm.cancel') }}</button>
      <button matButton="filled" class="danger" type="button" [disabled]="sending()" (click)="retire()">
        {{ t('images.retire') }}
      </button>
    </mat-dialog-actions>
  `,
  styleUrl: './image-dialog.css',
})
export class RetireDialog {
  private readonly api = inject(Api);
  private readonly dialog = inject<MatDialogRef<RetireDialog, boolean>>(MatDialogRef);
  private readonly i18n = inject(I18n);
  protected readonly image = inject<ImageView>(MAT_DIALOG_DATA);
  protected readonly t = this.i18n.t;
  protected readonly tn = this.i18n.tn;
  protected readonly usage = loader(() => this.api.imageUsage(this.image));
  protected readonly sending = signal(false);
  protected readonly refusal = signal<Problem | undefined>(undefined);

  constructor() {
    this.usage.refresh();
  }

  protected retire(): void {
    this.sending.set(true);
    this.refusal.set(undefined);
    this.api.retireImage(this.image).subscribe({
      next: () => {
        this.dialog.close(true);
      },
      error: (error: unknown) => {
        this.sending.set(false);
        this.refusal.set(problemOf(error));
      },
    });
  }
}
