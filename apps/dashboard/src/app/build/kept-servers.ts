import { ChangeDetectionStrategy, Component, inject, input, output } from '@angular/core';
import { MatButton } from '@angular/material/button';
import type { KeptServerView } from '@image-manager/contracts';
import { ConfirmDialog } from '../dialog/confirm-dialog';
import { Formats } from '../i18n/formats';
import { I18n } from '../i18n/i18n';
import { Clock } from '../live/clock';
import { CopyButton } from './copy-button';

/** The test servers of a failed build that stay for a look inside, and the end of that. */
@Component({
  selector: 'im-kept-servers',
  imports: [ConfirmDialog, CopyButton, MatButton],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <section [attr.aria-label]="t('build.kept')">
      <ul>
        @for (server of servers(); track server.cloud + server.id) {
          <li>
            {{ t('build.kept.server', { cloud: server.cloud }) }}
            <code class="break">{{ server.id }}</code>
            <span class="until small muted" [title]="formats.dateTime(server.keptUntil)">
              {{ t('build.kept.until', { time: formats.ahead(server.keptUntil, now()) }) }}
            </span>
            @switch (server.kind) {
              @case ('openstack') {
                <p class="small">
                  @if (server.addresses.length > 0) {
                    <span class="muted">{{ t('build.kept.ssh') }}</span>
                    @for (address of server.addresses; track address) {
                      <span class="copied">
                        <code class="break">{{ address }}</code>
                        <im-copy [text]="address" [what]="address" />
                      </span>
                    }
                  } @else {
                    <span class="muted">{{ t('build.kept.noAddress') }}</span>
                  }
                </p>
                <p class="small">
                  <span class="muted">{{ t('build.kept.console') }}</span>
                  <span class="copied">
                    <code class="break">{{ consoleCommand(server) }}</code>
                    <im-copy [text]="consoleCommand(server)" [what]="consoleCommand(server)" />
                  </span>
                </p>
              }
              @case ('local') {
                <p class="small">
                  <span class="muted">{{ t('build.kept.local') }}</span>
                  <code class="break">{{ folder(server) }}</code>
                </p>
              }
            }
          </li>
        }
      </ul>
      <button
        matButton="outlined"
        type="button"
        [disabled]="busy()"
        disabledInteractive
        (click)="busy() || question.open()"
      >
        {{ tn('build.kept.release', servers().length) }}
      </button>
    </section>
    <im-confirm
      #question
      [destroys]="true"
      [heading]="tn('build.kept.ask', servers().length)"
      [action]="tn('build.kept.release', servers().length)"
      (confirmed)="release.emit()"
    >
      <p>{{ t('build.kept.effect') }}</p>
    </im-confirm>
  `,
  styles: `
    ul {
      display: grid;
      grid-template-columns: repeat(auto-fit, minmax(min(26rem, 100%), 1fr));
      gap: var(--s2) var(--s5);
      flex: 1 1 24rem;
      min-width: 0;
    }
    p {
      display: flex;
      flex-wrap: wrap;
      align-items: center;
      gap: 0 var(--s2);
    }
    .copied {
      display: flex;
      align-items: center;
      min-width: 0;
    }
    .until {
      white-space: nowrap;
    }
    section {
      display: flex;
      flex-wrap: wrap;
      align-items: center;
      justify-content: space-between;
      gap: var(--s2) var(--s4);
      padding: var(--s2) var(--s4);
      border: 1px solid var(--line);
      border-left: 3px solid var(--accent);
      border-radius: var(--radius);
      background: var(--surface-raised);
    }
  `,
})
export class KeptServers {
  readonly servers = input.required<KeptServerView[]>();
  readonly busy = input(false);
  readonly release = output();
  private readonly i18n = inject(I18n);
  protected readonly t = this.i18n.t;
  protected readonly tn = this.i18n.tn;
  protected readonly formats = inject(Formats);
  protected readonly now = inject(Clock).now;

  protected consoleCommand({ id }: KeptServerView): string {
    return `openstack console url show ${id}`;
  }

  protected folder({ id }: KeptServerView): string {
    return `STORAGE_PATH/clouds/local/servers/${id}`;
  }
}
