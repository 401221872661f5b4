import { shell } from './texts/shell.ru';
import { words } from './texts/words.ru';
import { images } from './texts/images.ru';
import { stands } from './texts/stands.ru';
import { statistics } from './texts/statistics.ru';
import { build } from './texts/build.ru';
import { log } from './texts/log.ru';
import type { PluralKey, TextKey } from './en';

interface RussianForms {
  one: string;
  few: string;
  many: string;
  /** Fractions. */
  other: string;
}

/** Russian. A missing key is a compile error. */
export const ru: { text: Record<TextKey, string>; plural: Record<PluralKey, RussianForms> } = {
  text: {
    ...shell.text,
    ...words.text,
    ...images.text,
    ...stands.text,
    ...statistics.text,
    ...build.text,
    ...log.text,
  },
  plural: {
    ...shell.plural,
    ...words.plural,
    ...images.plural,
    ...stands.plural,
    ...statistics.plural,
    ...build.plural,
    ...log.plural,
  },
};
