import { Clipboard } from '@angular/cdk/clipboard';
import { ChangeDetectionStrategy, Component, inject, input } from '@angular/core';
import { MatIconButton } from '@angular/material/button';
import { I18n } from '../i18n/i18n';
import { Notices } from '../shell/notices';

/** Puts a text that nobody types, such as a checksum, on the clipboard. */
@Component({
  selector: 'im-copy',
  imports: [MatIconButton],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <button
      matIconButton
      type="button"
      [attr.aria-label]="t('build.copy', { what: what() })"
      [title]="t('build.copy', { what: what() })"
      (click)="copy()"
    >
      <svg viewBox="0 0 16 16" width="14" height="14" aria-hidden="true">
        <path d="M5.5 5.5h8v8h-8zM10.5 5V2.5h-8v8H5" />
      </svg>
    </button>
  `,
  styles: `
    button {
      vertical-align: middle;
    }
    path {
      fill: none;
      stroke: currentColor;
      stroke-width: 1.4;
    }
  `,
})
export class CopyButton {
  readonly text = input.required<string>();
  /** Its name, for a person. */
  readonly what = input.required<string>();
  private readonly clipboard = inject(Clipboard);
  private readonly notices = inject(Notices);
  protected readonly t = inject(I18n).t;

  protected copy(): void {
    const done = this.clipboard.copy(this.text());
    this.notices.say(this.t(done ? 'build.copied' : 'build.copy.failed', { what: this.what() }));
  }
}
