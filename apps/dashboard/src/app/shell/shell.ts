import { ChangeDetectionStrategy, Component, inject } from '@angular/core';
import { RouterLink, RouterLinkActive, RouterOutlet } from '@angular/router';
import { Session } from '../api/session';
import { I18n, type Language, LANGUAGES } from '../i18n/i18n';
import { ConnectionIndicator } from './connection-indicator';
import { NoticeList } from './notice-list';
import { Theme, type ThemeChoice, THEMES } from './theme';

const LANGUAGE_NAMES: Record<Language, string> = { en: 'English', ru: 'Русский' };

/** What surrounds every screen: tabs, connection, language and theme. */
@Component({
  selector: 'im-shell',
  imports: [RouterLink, RouterLinkActive, RouterOutlet, ConnectionIndicator, NoticeList],
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
  protected readonly languages = LANGUAGES.map((id) => ({ id, name: LANGUAGE_NAMES[id] }));
  protected readonly themes = THEMES;
  protected readonly tabs = [
    { path: '/images', key: 'shell.images' },
    { path: '/stands', key: 'shell.stands' },
    { path: '/statistics', key: 'shell.statistics' },
  ] as const;

  protected chooseLanguage(value: string): void {
    const language = LANGUAGES.find((known) => known === value);
    if (language !== undefined) this.i18n.use(language);
  }

  protected chooseTheme(value: string): void {
    const choice = THEMES.find((known): known is ThemeChoice => known === value);
    if (choice !== undefined) this.theme.use(choice);
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
