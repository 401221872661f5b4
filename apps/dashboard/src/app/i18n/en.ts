import { shell } from './texts/shell.en';
import { words } from './texts/words.en';
import { images } from './texts/images.en';
import { stands } from './texts/stands.en';
import { statistics } from './texts/statistics.en';
import { build } from './texts/build.en';
import { log } from './texts/log.en';

/** English, and the list of all keys: every other language must have the same ones. */
export const en = {
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
} as const;

export type TextKey = keyof typeof en.text;
export type PluralKey = keyof typeof en.plural;

type Placeholders<S extends string> = S extends `${string}{${infer Name}}${infer Rest}`
  ? Name | Placeholders<Rest>
  : never;

/** The parameters that a key's English text asks for: none, or one object with exactly those names. */
export type TextParams<K extends TextKey> = [Placeholders<(typeof en.text)[K]>] extends [never]
  ? []
  : [Record<Placeholders<(typeof en.text)[K]>, string | number>];
