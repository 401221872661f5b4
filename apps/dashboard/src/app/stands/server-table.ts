import {
  ChangeDetectionStrategy,
  Component,
  type ElementRef,
  inject,
  input,
  output,
  signal,
  viewChild,
} from '@angular/core';
import { MatButton } from '@angular/material/button';
import { RouterLink } from '@angular/router';
import type { ServerView } from '@image-manager/contracts';
import { Api } from '../api/api';
import { ConfirmDialog } from '../dialog/confirm-dialog';
import { keepFocus } from '../dialog/keep-focus';
import { Formats } from '../i18n/formats';
import { I18n } from '../i18n/i18n';
import { Clock } from '../live/clock';
import { Action } from '../shell/action';
import { Notices } from '../shell/notices';

/** Our servers in a cloud; those that a failed build keeps can be let go before their time. */
@Component({
  selector: 'im-server-table',
  imports: [ConfirmDialog, MatButton, RouterLink],
  changeDetection: ChangeDetectionStrategy.OnPush,
  templateUrl: './server-table.html',
  styleUrl: './server-table.css',
})
export class ServerTable {
  readonly servers = input.required<ServerView[]>();
  readonly changed = output();

  private readonly api = inject(Api);
  private readonly notices = inject(Notices);
  private readonly heading = viewChild.required<ElementRef<HTMLElement>>('heading');
  private readonly area = viewChild.required<ElementRef<HTMLElement>>('area');
  private readonly question = viewChild.required(ConfirmDialog);
  protected readonly t = inject(I18n).t;
  protected readonly formats = inject(Formats);
  protected readonly now = inject(Clock).now;
  protected readonly action = new Action();
  /** The server that the dialog asks about. */
  protected readonly asked = signal<ServerView | undefined>(undefined);

  protected askRelease(server: ServerView): void {
    if (this.action.running() !== undefined) return;
    this.asked.set(server);
    this.question().open();
  }

  protected release(): void {
    const server = this.asked();
    const buildId = server?.buildId;
    if (server === undefined || buildId === undefined) return;
    this.action.run(this.api.releaseServer(buildId), {
      subject: server.id,
      failed: () => this.t('servers.release.failed', { id: buildId }),
      done: () => {
        this.notices.say(this.t('servers.release.done', { id: buildId }));
        keepFocus(this.area().nativeElement, this.heading().nativeElement);
        this.changed.emit();
      },
    });
  }
}
