import { ChangeDetectionStrategy, Component, computed, inject, linkedSignal } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { MAT_DIALOG_DATA, MatDialogModule, MatDialogRef } from '@angular/material/dialog';
import { MatFormFieldModule } from '@angular/material/form-field';
import { MatOption, MatSelect } from '@angular/material/select';
import type { ImageView } from '@image-manager/contracts';
import { Api } from '../api/api';
import { loader } from '../api/loader';
import { I18n } from '../i18n/i18n';
import { displayName } from '../images/display-name';
import { ProblemBox } from '../status/problem-box';

/** What a foreign image becomes. */
export interface Adoption {
  distroId: string;
  /** The definition as people call it. */
  definition: string;
}

/** Asks which definition a foreign image belongs to from now on. Closes with the answer. */
@Component({
  selector: 'im-adopt-dialog',
  imports: [MatButton, MatDialogModule, MatFormFieldModule, MatOption, MatSelect, ProblemBox],
  changeDetection: ChangeDetectionStrategy.OnPush,
  templateUrl: './adopt-dialog.html',
  styleUrl: './image-dialog.css',
})
export class AdoptDialog {
  private readonly api = inject(Api);
  private readonly dialog = inject<MatDialogRef<AdoptDialog, Adoption>>(MatDialogRef);
  protected readonly image = inject<ImageView>(MAT_DIALOG_DATA);
  protected readonly t = inject(I18n).t;
  protected readonly distros = loader(() => this.api.distros());
  /** A broken definition cannot take in an image. */
  protected readonly choices = computed(() =>
    (this.distros.data() ?? [])
      .filter((distro) => distro.definition !== undefined)
      .map((distro) => ({
        id: distro.id,
        name: displayName(distro),
        imageName: distro.definition?.imageName,
      })),
  );
  /** The definition whose image name it bears is proposed. */
  protected readonly chosen = linkedSignal(
    () => this.choices().find(({ imageName }) => imageName === this.image.name)?.id,
  );

  constructor() {
    this.distros.refresh();
  }

  protected adopt(): void {
    const choice = this.choices().find(({ id }) => id === this.chosen());
    if (choice) this.dialog.close({ distroId: choice.id, definition: choice.name });
  }
}
