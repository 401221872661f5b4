import { activityOf, filled } from '@image-manager/contracts';
import type { Language } from '../i18n/i18n';
import { activities } from '../i18n/texts/activities.ru';

export interface ActivityText {
  text: string;
  /** The language where it is not the reader's. */
  lang?: 'en';
}

/** What a stage is at, in the reader's language; one that is newer than this page stays in the API's. */
export function activityText(sentence: string, language: Language): ActivityText {
  if (language === 'en') return { text: sentence };
  const known = activityOf(sentence);
  if (known === undefined) return { text: sentence, lang: 'en' };
  return { text: filled(activities[known.code], known.fillings) };
}
