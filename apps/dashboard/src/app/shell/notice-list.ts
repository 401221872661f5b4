import { ChangeDetectionStrategy, Component, DOCUMENT, ElementRef, inject } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { RouterLink } from '@angular/router';
import { I18n } from '../i18n/i18n';
import { ProblemBox } from '../status/problem-box';
import { type Notice, Notices } from './notices';

@Component({
  selector: 'im-notices',
  imports: [MatButton, ProblemBox, RouterLink],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <div role="status">
      <ul>
        @for (notice of notices.all(); track notice.id) {
          <li>
            <div class="line">
              <span class="text">{{ notice.text }}</span>
              @if (notice.link; as link) {
                <a [routerLink]="link" (click)="notices.dismiss(notice.id)">{{ t('shell.open') }}</a>
              }
              <button
                matButton
                type="button"
                [attr.aria-label]="t('shell.dismiss')"
                (click)="dismiss(notice)"
              >
                ✕
              </button>
            </div>
            @if (notice.problem; as problem) {
              <im-problem
                [problem]="problem"
                [canRetry]="notice.again !== undefined"
                (retry)="repeat(notice)"
              />
            }
          </li>
        }
      </ul>
    </div>
  `,
  styles: `
    ul {
      position: fixed;
      left: var(--s4);
      bottom: var(--s4);
      z-index: 2;
      display: grid;
      gap: var(--s2);
      width: min(26rem, calc(100vw - 2 * var(--s4)));
    }
    li {
      background: var(--surface-raised);
      border: 1px solid var(--line-strong);
      border-radius: var(--radius);
      box-shadow: 0 2px 10px rgb(0 0 0 / 18%);
    }
    .line {
      display: flex;
      align-items: center;
      gap: var(--s3);
      padding: var(--s1) var(--s1) var(--s1) var(--s3);
    }
    .text {
      flex: 1;
    }
    im-problem {
      border-width: 1px 0 0 3px;
      border-radius: 0;
    }
  `,
})
export class NoticeList {
  protected readonly notices = inject(Notices);
  protected readonly t = inject(I18n).t;
  private readonly document = inject(DOCUMENT);
  private readonly host = inject<ElementRef<HTMLElement>>(ElementRef).nativeElement;

  protected dismiss({ id }: Notice): void {
    this.handFocusOn();
    this.notices.dismiss(id);
  }

  protected repeat(notice: Notice): void {
    this.handFocusOn();
    this.notices.repeat(notice);
  }

  /** The button goes with its notice; keys go on in the page. */
  private handFocusOn(): void {
    if (!this.host.contains(this.document.activeElement)) return;
    this.document.getElementById('content')?.focus({ preventScroll: true });
  }
}
