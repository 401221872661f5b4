import {
  afterNextRender,
  ChangeDetectionStrategy,
  Component,
  type ElementRef,
  inject,
  Injector,
  input,
  output,
  signal,
  viewChild,
} from '@angular/core';
import { I18n } from '../i18n/i18n';

let count = 0;

/** Asks before something is done that cannot be undone by the same way. What is asked is the element's content. */
@Component({
  selector: 'im-confirm',
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <dialog #dialog [attr.aria-labelledby]="headingId" (close)="opened.set(false)">
      @if (opened()) {
        <h2 class="break" [id]="headingId">{{ heading() }}</h2>
        <div class="asked">
          <ng-content />
        </div>
        <div class="dialog-actions">
          <button #cancel class="button" type="button" (click)="close()">{{ t('confirm.cancel') }}</button>
          <button
            class="button"
            type="button"
            [class.primary]="!destroys()"
            [class.danger]="destroys()"
            (click)="confirm()"
          >
            {{ action() }}
          </button>
        </div>
      }
    </dialog>
  `,
  styles: `
    h2 {
      padding: var(--s4) var(--s4) 0;
    }
    .asked {
      display: grid;
      gap: var(--s3);
      padding: var(--s3) var(--s4) var(--s4);
    }
  `,
})
export class ConfirmDialog {
  readonly heading = input.required<string>();
  /** What the button that goes ahead is called. */
  readonly action = input.required<string>();
  readonly destroys = input(false);
  readonly confirmed = output();

  private readonly injector = inject(Injector);
  private readonly dialog = viewChild.required<ElementRef<HTMLDialogElement>>('dialog');
  private readonly cancel = viewChild<ElementRef<HTMLButtonElement>>('cancel');
  protected readonly t = inject(I18n).t;
  protected readonly headingId = `confirm-${++count}`;
  protected readonly opened = signal(false);

  open(): void {
    this.opened.set(true);
    this.dialog().nativeElement.showModal();
    // Enter must not go ahead before the question was read.
    afterNextRender(() => this.cancel()?.nativeElement.focus(), { injector: this.injector });
  }

  close(): void {
    this.dialog().nativeElement.close();
  }

  protected confirm(): void {
    this.close();
    this.confirmed.emit();
  }
}
