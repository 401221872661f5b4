/// <reference lib="dom" />
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { openScreen, visit } from '../visit.mjs';
import { untranslated } from './untranslated.mjs';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const WCAG = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];

/** Runs over all screens and names each that does not hold. */
async function onEach({ screens }, look) {
  const broken = [];
  for (const [name, path] of Object.entries(screens)) {
    const complaint = await look(path);
    if (complaint) broken.push(`${name}: ${complaint}`);
  }
  assert.deepEqual(broken, []);
}

function accessible(theme, language) {
  return {
    name: `axe finds nothing on any screen (${theme}, ${language})`,
    run: (context) =>
      visit(
        context,
        (page) =>
          onEach(context, async (path) => {
            await openScreen(page, path);
            // Not as a script tag, which the page's content security policy forbids.
            await page.evaluate(AXE);
            const violations = await page.evaluate(violationsOf, WCAG);
            return violations.join('; ').slice(0, 1500);
          }),
        { theme, language },
      ),
  };
}

/** Runs in the page. */
async function violationsOf(tags) {
  const { violations } = await globalThis['axe'].run(document, { runOnly: tags, elementRef: true });
  return violations.flatMap(({ id, nodes }) => {
    // WCAG 2.5.8 exempts targets that the line height of text beside them constrains: a log's line numbers.
    const places = nodes.filter(({ element }) => id !== 'target-size' || !element.closest('[role=log]'));
    return places.length > 0 ? [`${id} at ${places.map(({ target }) => target).join(' | ')}`] : [];
  });
}

/** Contrast is a matter of the theme and names one of the language: two walks see both of each. */
export const axeWalks = [accessible('light', 'en'), accessible('dark', 'ru')];

export const narrow = {
  name: 'at 360 pixels no screen scrolls sideways',
  run: (context) =>
    visit(
      context,
      (page) =>
        onEach(context, async (path) => {
          await openScreen(page, path);
          const width = await page.evaluate(() => document.documentElement.scrollWidth);
          return width > 360 && `it is ${width} wide`;
        }),
      { width: 360, height: 740, language: 'ru' },
    ),
};

export const russian = {
  name: 'no English is left on a Russian screen',
  run: (context) =>
    visit(
      context,
      async (page) => {
        const isEnglish = await untranslated();
        const said = await serverWords(page);
        await onEach(context, async (path) => {
          await openScreen(page, path);
          const texts = await page.evaluate(() => {
            const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
            const found = [];
            while (walker.nextNode()) {
              const { parentElement, textContent } = walker.currentNode;
              if (parentElement?.closest('[role=log], [lang=en], script, style')) continue;
              found.push(textContent.replace(/\s+/g, ' ').trim());
            }
            for (const element of document.querySelectorAll('[aria-label], [title], [placeholder]')) {
              if (element.closest('[role=log]')) continue;
              for (const name of ['aria-label', 'title', 'placeholder']) {
                found.push((element.getAttribute(name) ?? '').trim());
              }
            }
            return [...new Set(found)];
          });
          return texts.filter((text) => isEnglish(text) && !said.has(text)).join(' | ');
        });
      },
      { language: 'ru' },
    ),
};

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

export const deepLinks = {
  name: 'each address restores its view, also after a reload, and the back button leads back',
  run: (context) =>
    visit(context, async (page) => {
      await onEach(context, async (path) => {
        await openScreen(page, path);
        const heading = await page.locator('main h1').first().innerText();
        const address = page.url();
        await page.reload();
        await page.locator('main h1').first().waitFor();
        const again = await page.locator('main h1').first().innerText();
        if (again !== heading || page.url() !== address) return `${again} at ${page.url()} after a reload`;
        return undefined;
      });
      await openScreen(page, '/images');
      await page.getByRole('navigation').getByRole('link', { name: 'Stands' }).click();
      await page.waitForURL(/\/stands/);
      await page.goBack();
      await page.waitForURL(/\/images/);
      await page.getByRole('heading', { level: 1, name: 'Images' }).waitFor();
    }),
};
