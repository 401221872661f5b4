import type { Language } from '../i18n/i18n';
import { causeTitles, type CauseCode } from '../i18n/texts/causes.en';
import { causes } from '../i18n/texts/causes.ru';

export interface CauseText {
  title: string;
  /** In the reader's language; absent where the API's own advice is. */
  advice?: string;
}

/** What a cause's code means; nothing for a code that is newer than this page. */
export function causeText(code: string, language: Language): CauseText | undefined {
  // What a cloud says bears its mark, except where the preflight asked.
  const known = [code, code.replace(/^CLOUD_/, '')].find(isKnown);
  if (known === undefined) return undefined;
  return language === 'ru' ? causes[known] : { title: causeTitles[known] };
}

function isKnown(code: string): code is CauseCode {
  return Object.hasOwn(causeTitles, code);
}
