import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { texts } from '../complaints.mjs';
import { ROOT } from '../../bootstrap/workspace.mjs';

const TEXTS = join(ROOT, 'apps/dashboard/src/app/i18n/texts');

/**
 * Tells a text of the English dictionary that reads differently in Russian, with whatever stands in its placeholders.
 *
 * @returns {Promise<(text: string) => boolean>}
 */
async function untranslated() {
  const [english, russian] = [await dictionary('en'), await dictionary('ru')];
  const known = [...english]
    .filter(([key, text]) => russian.get(key) !== text)
    .map(([, text]) => pattern(text));
  return (text) => known.some((one) => one.test(text));
}

/** Key → text; plural forms have a key each. */
async function dictionary(language) {
  const texts = new Map();
  for (const file of readdirSync(TEXTS).filter((name) => name.endsWith(`.${language}.ts`))) {
    // These files hold nothing but an object, which Node reads without its types.
    const [part] = Object.values(await import(pathToFileURL(join(TEXTS, file)).href));
    for (const [key, text] of Object.entries(part.text ?? {})) texts.set(key, text);
    for (const [key, forms] of Object.entries(part.plural ?? {})) {
      for (const [form, text] of Object.entries(forms)) texts.set(`${key} ${form}`, text);
    }
  }
  if (texts.size === 0) throw new Error(`no texts in ${TEXTS}`);
  return texts;
}

/** A placeholder stands for what has no Cyrillic letter in it; a text of placeholders alone says nothing. */
function pattern(text) {
  const words = text.replace(/\{\w+\}/g, '').replace(/[^A-Za-z]/g, '');
  if (words.length < 3) return /^(?!)/;
  const escaped = text
    .replace(/\s+/g, ' ')
    .trim()
    .split(/\{\w+\}/)
    .map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${escaped.join('[^А-Яа-я]+')}$`);
}

/**
 * English that a page in Russian still shows, but for what the API says.
 *
 * @param {import('playwright-core').Page} page before it has loaded anything
 * @returns {Promise<() => Promise<string[]>>}
 */
export async function englishLeft(page) {
  const isEnglish = await untranslated();
  const said = await serverWords(page);
  return async () => (await texts(page)).filter((text) => isEnglish(text) && !said.has(text));
}

/** What the API says, such as the agent's reasons, stands there as it came. Filled as answers come in. */
async function serverWords(page) {
  const words = new Set();
  const collect = (value) => {
    if (typeof value === 'string') words.add(value.replace(/\s+/g, ' ').trim());
    else if (value && typeof value === 'object') {
      Object.values(value).forEach(collect);
      if (value.figure && value.unit) words.add(`${value.figure} ${value.unit}`);
    }
  };
  await page.route('**/api/**', async (route) => {
    const response = await route.fetch();
    if (/json/.test(response.headers()['content-type'] ?? '')) collect(await response.json());
    await route.fulfill({ response });
  });
  return words;
}
