import {
  ChangeDetectionStrategy,
  Component,
  inject,
  input,
  output,
  type TemplateRef,
  viewChild,
} from '@angular/core';
import { MatButton } from '@angular/material/button';
import {
  MatDialog,
  MatDialogActions,
  MatDialogClose,
  MatDialogContent,
  MatDialogTitle,
} from '@angular/material/dialog';
import { I18n } from '../i18n/i18n';

/** Asks before something is done that cannot be undone by the same way. What is asked is the element's content. */
@Component({
  selector: 'im-confirm',
  imports: [MatButton, MatDialogActions, MatDialogClose, MatDialogContent, MatDialogTitle],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <ng-template #question>
      <h2 matDialogTitle class="break">{{ heading() }}</h2>
      <mat-dialog-content>
        <div class="asked">
          <ng-content />
        </div>
      </mat-dialog-content>
      <mat-dialog-actions align="end">
        <button class="first" matButton="outlined" type="button" matDialogClose>
          {{ refusal() ?? t('confirm.cancel') }}
        </button>
        <button matButton="filled" type="button" [matDialogClose]="true" [class.danger]="destroys()">
          {{ action() }}
        </button>
      </mat-dialog-actions>
    </ng-template>
  `,
  styles: `
    .asked {
      display: grid;
      gap: var(--s3);
    }
  `,
})
export class ConfirmDialog {
  readonly heading = input.required<string>();
  /** What the button that goes ahead is called. */
  readonly action = input.required<string>();
  /** What the other one is called, where Cancel could be either of them. */
  readonly refusal = input<string>();
  readonly destroys = input(false);
  readonly confirmed = output();

  private readonly dialogs = inject(MatDialog);
  private readonly question = viewChild.required<TemplateRef<unknown>>('question');
  protected readonly t = inject(I18n).t;

  open(): void {
    this.dialogs
      .open<unknown, unknown, boolean>(this.question(), {
        // Enter must not go ahead before the question was read.
        autoFocus: '.first',
        width: '34rem',
      })
      // The focus is back then where it came from: whoever acts can take it on from there.
      .afterClosed()
      .subscribe((isConfirmed) => {
        if (isConfirmed) this.confirmed.emit();
      });
  }
}
