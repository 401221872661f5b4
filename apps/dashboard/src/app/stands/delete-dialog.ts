import { ChangeDetectionStrategy, Component, computed, inject, signal } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { MAT_DIALOG_DATA, MatDialogModule, MatDialogRef } from '@angular/material/dialog';
import type { DeletionCode, ImageView, Problem } from '@image-manager/contracts';
import { Api } from '../api/api';
import { loader } from '../api/loader';
import { problemOf } from '../api/problem';
import { I18n } from '../i18n/i18n';
import { ProblemBox } from '../status/problem-box';

/** Where the server's sentence says more than the code. */
const PARTICULAR: readonly DeletionCode[] = ['IN_USE', 'USE_UNSEEN'];

/** Says what the deletion of an image would break, or why it is not to be had, and deletes it. Closes with true when it is gone. */
@Component({
  selector: 'im-delete-dialog',
  imports: [MatButton, MatDialogModule, ProblemBox],
  changeDetection: ChangeDetectionStrategy.OnPush,
  templateUrl: './delete-dialog.html',
  styleUrl: './image-dialog.css',
})
export class DeleteDialog {
  private readonly api = inject(Api);
  private readonly dialog = inject<MatDialogRef<DeleteDialog, boolean>>(MatDialogRef);
  protected readonly image = inject<ImageView>(MAT_DIALOG_DATA);
  protected readonly t = inject(I18n).t;
  protected readonly deletion = loader(() => this.api.imageDeletion(this.image));
  protected readonly isRefused = computed(() => this.deletion.data()?.allowed === false);
  /** What is lost with it, or why it stays. */
  protected readonly remarks = computed(() => {
    const found = this.deletion.data();
    return (found?.allowed ? found.consequences : found?.reasons) ?? [];
  });
  protected readonly sending = signal(false);
  protected readonly refusal = signal<Problem | undefined>(undefined);

  constructor() {
    this.deletion.refresh();
  }

  protected hasParticulars(code: DeletionCode): boolean {
    return PARTICULAR.includes(code);
  }

  protected delete(): void {
    if (this.deletion.data() === undefined || this.sending()) return;
    this.sending.set(true);
    this.refusal.set(undefined);
    this.api.deleteImage(this.image).subscribe({
      complete: () => {
        this.dialog.close(true);
      },
      error: (error: unknown) => {
        this.sending.set(false);
        this.refusal.set(problemOf(error));
      },
    });
  }
}
