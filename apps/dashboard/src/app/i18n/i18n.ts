import { computed, DOCUMENT, effect, inject, Injectable, signal } from '@angular/core';
import { filled } from '@image-manager/contracts';
import { followOtherTabs, remember, remembered } from '../shell/preferences';
import { en, type PluralKey, type TextKey, type TextParams } from './en';
import { ru } from './ru';

export const LANGUAGES = ['en', 'ru'] as const;
export type Language = (typeof LANGUAGES)[number];

const dictionaries = { en, ru };

/** Texts in the chosen language. Templates that call these functions follow a change of language. */
@Injectable({ providedIn: 'root' })
export class I18n {
  private readonly chosen = signal<Language>(initialLanguage());
  readonly language = this.chosen.asReadonly();
  /** What numbers, dates and plurals are written by. */
  readonly locale = computed(() => localeFor(this.chosen(), navigator.language));
  private readonly plurals = computed(() => new Intl.PluralRules(this.locale()));
  private readonly numbers = computed(() => new Intl.NumberFormat(this.locale()));

  constructor() {
    followOtherTabs('language', () => {
      this.chosen.set(initialLanguage());
    });
    const root = inject(DOCUMENT).documentElement;
    effect(() => {
      root.lang = this.chosen();
    });
  }

  use(language: Language): void {
    this.chosen.set(language);
    remember('language', language);
  }

  /** The text of a key; its `{placeholders}` are required and checked by the compiler. */
  readonly t = <K extends TextKey>(key: K, ...params: TextParams<K>): string =>
    filled(dictionaries[this.chosen()].text[key], params[0] ?? {});

  /** The text of a key in the plural form that the count asks for, with `{count}` written by the locale. */
  readonly tn = (key: PluralKey, count: number): string => {
    const forms: Partial<Record<Intl.LDMLPluralRule, string>> & { other: string } =
      dictionaries[this.chosen()].plural[key];
    const form = forms[this.plurals().select(count)] ?? forms.other;
    return filled(form, { count: this.numbers().format(count) });
  };
}

function initialLanguage(): Language {
  const stored = remembered('language', LANGUAGES);
  if (stored !== undefined) return stored;
  return navigator.language.toLowerCase().startsWith('ru') ? 'ru' : 'en';
}

/** The browser's own kind of the chosen language, as British English is: its order of dates, its clock. */
export function localeFor(language: Language, browser: string): string {
  const isKind = browser.toLowerCase().startsWith(`${language}-`);
  // Some browsers name a locale that Intl refuses, such as en-US@posix.
  return isKind && /^[a-z0-9-]+$/i.test(browser) ? browser : language;
}
