import {
  ChangeDetectionStrategy,
  Component,
  computed,
  type ElementRef,
  inject,
  output,
  signal,
  viewChild,
} from '@angular/core';
import type { CreateBuild, DistroView } from '@image-manager/contracts';
import { I18n } from '../i18n/i18n';
import { displayName } from './display-name';

/** A build that a person asked for. */
export interface BuildWish {
  distro: DistroView;
  options: Omit<CreateBuild, 'distroId'>;
}

/** Asks for what a single build gets beyond its definition. */
@Component({
  selector: 'im-build-options',
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <dialog #dialog [attr.aria-label]="t('options.title', { name: name() })">
      <form #form method="dialog" (submit)="submit(packages.value, dibArguments.value); form.reset()">
        <h2>{{ t('options.title', { name: name() }) }}</h2>
        <label>
          {{ t('options.packages') }}
          <textarea #packages class="mono" rows="3" spellcheck="false" autocapitalize="off"></textarea>
          <small class="muted">{{ t('options.packages.hint') }}</small>
        </label>
        <label>
          {{ t('options.arguments') }}
          <textarea #dibArguments class="mono" rows="2" spellcheck="false" autocapitalize="off"></textarea>
          <small class="muted">{{ t('options.arguments.hint') }}</small>
        </label>
        <div class="actions">
          <button class="button" type="button" (click)="close()">{{ t('options.cancel') }}</button>
          <button class="button primary" type="submit">{{ t('options.build') }}</button>
        </div>
      </form>
    </dialog>
  `,
  styles: `
    form {
      display: grid;
      gap: var(--s4);
      padding: var(--s4);
    }
    label {
      display: grid;
      gap: var(--s1);
    }
    textarea {
      resize: vertical;
    }
    .actions {
      display: flex;
      justify-content: flex-end;
      gap: var(--s2);
    }
  `,
})
export class BuildOptions {
  /** The person wants this build. */
  readonly build = output<BuildWish>();
  protected readonly t = inject(I18n).t;
  private readonly distro = signal<DistroView | undefined>(undefined);
  private readonly dialog = viewChild.required<ElementRef<HTMLDialogElement>>('dialog');

  open(distro: DistroView): void {
    this.distro.set(distro);
    this.dialog().nativeElement.showModal();
  }

  protected readonly name = computed(() => {
    const distro = this.distro();
    return distro === undefined ? '' : displayName(distro);
  });

  protected close(): void {
    this.dialog().nativeElement.close();
  }

  protected submit(packages: string, dibArguments: string): void {
    const distro = this.distro();
    if (distro === undefined) return;
    this.build.emit({
      distro,
      options: {
        packages: packages.split(/[\s,]+/).filter((name) => name !== ''),
        dibArguments: dibArguments
          .split('\n')
          .map((line) => line.trim())
          .filter((line) => line !== ''),
      },
    });
  }
}
