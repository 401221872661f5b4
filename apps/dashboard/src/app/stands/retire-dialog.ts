import { ChangeDetectionStrategy, Component, computed, inject, signal } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { MAT_DIALOG_DATA, MatDialogModule, MatDialogRef } from '@angular/material/dialog';
import type { ImageView, Problem } from '@image-manager/contracts';
import { Api } from '../api/api';
import { loader } from '../api/loader';
import { problemOf } from '../api/problem';
import { I18n } from '../i18n/i18n';
import { displayName } from '../images/display-name';
import { ProblemBox } from '../status/problem-box';

export interface RetirementQuestion {
  image: ImageView;
  /** Users see no other image in its place. */
  isLast: boolean;
}

/** Says what hiding an image changes for those who boot it, or why it is not to be had, and hides it. Closes with true when it is retired. */
@Component({
  selector: 'im-retire-dialog',
  imports: [MatButton, MatDialogModule, ProblemBox],
  changeDetection: ChangeDetectionStrategy.OnPush,
  templateUrl: './retire-dialog.html',
  styleUrl: './image-dialog.css',
})
export class RetireDialog {
  private readonly api = inject(Api);
  private readonly dialog = inject<MatDialogRef<RetireDialog, boolean>>(MatDialogRef);
  private readonly i18n = inject(I18n);
  private readonly question = inject<RetirementQuestion>(MAT_DIALOG_DATA);
  protected readonly image = this.question.image;
  protected readonly t = this.i18n.t;
  protected readonly tn = this.i18n.tn;
  /** The last image of a definition that still exists goes only when another takes its place. */
  protected readonly distros = loader(() => this.api.distros());
  protected readonly isLast = this.question.isLast;
  private readonly distro = computed(() => this.distros.data()?.find(({ id }) => id === this.image.distroId));
  protected readonly needed = computed(() => {
    const distro = this.isLast ? this.distro() : undefined;
    return distro && displayName(distro);
  });
  protected readonly isKnown = computed(() => !this.isLast || this.distros.data() !== undefined);
  protected readonly usage = loader(() => this.api.imageUsage(this.image));
  protected readonly sending = signal(false);
  protected readonly refusal = signal<Problem | undefined>(undefined);

  constructor() {
    if (this.isLast) this.distros.refresh();
    this.usage.refresh();
  }

  protected retire(): void {
    if (!this.isKnown() || this.sending()) return;
    this.sending.set(true);
    this.refusal.set(undefined);
    this.api.retireImage(this.image, this.isLast ? { lastImage: true } : {}).subscribe({
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
