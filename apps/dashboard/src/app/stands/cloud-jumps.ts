import { ChangeDetectionStrategy, Component, computed, inject, input, output } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { I18n } from '../i18n/i18n';
import type { CloudStanding } from './cloud-standing';

/** The clouds by name, with what is wrong with each, to go to its section. Stays in sight while one scrolls. */
@Component({
  selector: 'im-cloud-jumps',
  imports: [MatButton],
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    <nav [attr.aria-label]="t('stands.jumps')">
      <ul>
        @for (cloud of clouds(); track cloud.name) {
          <li>
            <button matButton type="button" (click)="chosen.emit(cloud.name)">
              <span translate="no">{{ cloud.name }}</span>
              @if (cloud.trouble; as trouble) {
                <span class="trouble" [class.bad]="!cloud.reachable">
                  <svg viewBox="0 0 16 16" width="10" height="10" aria-hidden="true">
                    @if (cloud.reachable) {
                      <path d="M8 2 14.5 13.5H1.5z" fill="currentColor" />
                    } @else {
                      <path d="m3 3 10 10M13 3 3 13" stroke="currentColor" stroke-width="2.4" />
                    }
                  </svg>
                  {{ trouble }}
                </span>
              }
            </button>
          </li>
        }
      </ul>
    </nav>
  `,
  styles: `
    :host {
      position: sticky;
      top: 0;
      z-index: 2;
      display: block;
      margin: 0 calc(-1 * var(--s4)) var(--s4);
      padding: var(--s1) var(--s2);
      background: var(--surface);
      border-bottom: 1px solid var(--line);
    }
    ul {
      display: flex;
      flex-wrap: wrap;
      gap: 0 var(--s1);
    }
    button {
      white-space: nowrap;
    }
    .trouble {
      margin-left: var(--s2);
      color: var(--warn);
      font-size: var(--text-s);
    }
    .trouble.bad {
      color: var(--bad);
    }
    /* One line that scrolls: a few lines that stay would leave little of a small screen. */
    @media (max-width: 56rem) {
      :host {
        margin-inline: calc(-1 * var(--s3));
        overflow-x: auto;
      }
      ul {
        flex-wrap: nowrap;
        width: max-content;
      }
    }
  `,
})
export class CloudJumps {
  readonly names = input.required<string[]>();
  readonly standings = input.required<ReadonlyMap<string, CloudStanding>>();
  /** The name of the cloud that the person wants to see. */
  readonly chosen = output<string>();

  private readonly i18n = inject(I18n);
  protected readonly t = this.i18n.t;
  protected readonly clouds = computed(() =>
    this.names().map((name) => {
      const { reachable = true, leaks = 0 } = this.standings().get(name) ?? {};
      const leaked = leaks > 0 ? this.i18n.tn('leaks.count', leaks) : undefined;
      return { name, reachable, trouble: reachable ? leaked : this.t('stands.unreachable') };
    }),
  );
}
