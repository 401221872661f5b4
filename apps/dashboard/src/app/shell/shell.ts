import { ChangeDetectionStrategy, Component, computed, inject } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { MatMenu, MatMenuItem, MatMenuTrigger } from '@angular/material/menu';
import { RouterLink, RouterLinkActive, RouterOutlet } from '@angular/router';
import { Session } from '../api/session';
import { Formats } from '../i18n/formats';
import { I18n, type Language, LANGUAGES } from '../i18n/i18n';
import { Live } from '../live/live';
import { ConnectionIndicator } from './connection-indicator';
import { NoticeList } from './notice-list';
import { Theme, THEMES } from './theme';

const LANGUAGE_NAMES: Record<Language, string> = { en: 'English', ru: 'Русский' };

/** What surrounds every screen: tabs, connection, language and theme. */
@Component({
  selector: 'im-shell',
  imports: [
    ConnectionIndicator,
    MatButton,
    MatMenu,
    MatMenuItem,
    MatMenuTrigger,
    NoticeList,
    RouterLink,
    RouterLinkActive,
    RouterOutlet,
  ],
  changeDetection: ChangeDetectionStrategy.OnPush,
  templateUrl: './shell.html',
  styleUrl: './shell.css',
})
export class Shell {
  private readonly i18n = inject(I18n);
  protected readonly t = this.i18n.t;
  protected readonly language = this.i18n.language;
  protected readonly theme = inject(Theme);
  protected readonly refused = inject(Session).refused;
  protected readonly live = inject(Live);
  protected readonly formats = inject(Formats);
  /** Whom the server refuses, the words about signing in again tell enough. */
  protected readonly lostAt = computed(() => {
    const at = this.live.lostAt();
    if (at === undefined || this.refused() || this.live.state() !== 'offline') return undefined;
    return new Date(at).toISOString();
  });
  protected readonly languages = LANGUAGES.map((id) => ({ id, name: LANGUAGE_NAMES[id] }));
  protected readonly languageName = computed(() => LANGUAGE_NAMES[this.language()]);
  protected readonly themes = THEMES;
  protected readonly tabs = [
    { path: '/images', key: 'shell.images' },
    { path: '/stands', key: 'shell.stands' },
    { path: '/statistics', key: 'shell.statistics' },
  ] as const;

  protected useLanguage(language: Language): void {
    this.i18n.use(language);
  }

  /** A full load makes the browser ask for the password; a request from a script need not. */
  protected signInAgain(): void {
    location.reload();
  }

  protected skipToContent(event: Event, main: HTMLElement): void {
    event.preventDefault();
    main.focus();
  }
}
