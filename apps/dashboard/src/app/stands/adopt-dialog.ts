import {
  afterNextRender,
  ChangeDetectionStrategy,
  Component,
  computed,
  type ElementRef,
  inject,
  Injector,
  output,
  signal,
  viewChild,
} from '@angular/core';
import type { ImageView } from '@image-manager/contracts';
import { Api } from '../api/api';
import { loader } from '../api/loader';
import { I18n } from '../i18n/i18n';
import { displayName } from '../images/display-name';
import { ProblemBox } from '../status/problem-box';

/** A foreign image that becomes ours. */
export interface Adoption {
  image: ImageView;
  distroId: string;
  /** The definition as people call it. */
  definition: string;
}

/** Asks which definition a foreign image belongs to from now on. */
@Component({
  selector: 'im-adopt-dialog',
  imports: [ProblemBox],
  changeDetection: ChangeDetectionStrategy.OnPush,
  templateUrl: './adopt-dialog.html',
  styles: `
    h2 {
      padding: var(--s4) var(--s4) 0;
    }
    .asked {
      display: grid;
      gap: var(--s3);
      padding: var(--s3) var(--s4) var(--s4);
    }
    label {
      display: grid;
      gap: var(--s1);
    }
    select {
      width: 100%;
    }
  `,
})
export class AdoptDialog {
  /** The person chose a definition. */
  readonly adopt = output<Adoption>();

  private readonly api = inject(Api);
  private readonly dialog = viewChild.required<ElementRef<HTMLDialogElement>>('dialog');
  private readonly definition = viewChild<ElementRef<HTMLSelectElement>>('definition');
  private readonly injector = inject(Injector);
  protected readonly t = inject(I18n).t;
  protected readonly image = signal<ImageView | undefined>(undefined);
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

  open(image: ImageView): void {
    this.image.set(image);
    this.distros.reset();
    this.dialog().nativeElement.showModal();
    afterNextRender(() => this.definition()?.nativeElement.focus(), { injector: this.injector });
  }

  protected close(): void {
    this.dialog().nativeElement.close();
  }

  protected closed(): void {
    this.distros.stop();
    this.image.set(undefined);
  }

  protected submit(event: Event, distroId: string): void {
    event.preventDefault();
    const image = this.image();
    const choice = this.choices().find(({ id }) => id === distroId);
    if (image === undefined || choice === undefined) return;
    this.close();
    this.adopt.emit({ image, distroId, definition: choice.name });
  }
}
