/// <reference lib="dom" />
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { shell } from '../pages/shell.mjs';
import { openScreen, visit } from '../visit.mjs';
import { serverWords, untranslated } from './untranslated.mjs';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const WCAG = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];
const WIDE = { width: 1280, height: 800 };
const NARROW = { width: 360, height: 740 };

/** Contrast is a matter of the theme and names one of the language: two walks see both of each. */
export const everyScreenLight = {
  name: 'every screen in light and English: axe finds nothing, and a reload restores it',
  run: (context) =>
    visit(
      context,
      (page) =>
        onEach(page, context, async () => [...(await violations(page)), ...(await changesOfReload(page))]),
      { theme: 'light', language: 'en' },
    ),
};

export const everyScreenDark = {
  name: 'every screen in dark and Russian: axe finds nothing, 360 pixels suffice, no English is left',
  run: (context) =>
    visit(
      context,
      async (page) => {
        const isEnglish = await untranslated();
        const said = await serverWords(page);
        await onEach(page, context, async () => [
          ...(await violations(page)),
          ...(await faultsWhenNarrow(page)),
          ...(await page.evaluate(textsInSight)).filter((text) => isEnglish(text) && !said.has(text)),
        ]);
      },
      { theme: 'dark', language: 'ru' },
    ),
};

export const wayBack = {
  name: 'the back button leads back',
  run: (context) =>
    visit(context, async (page) => {
      const { go, heading } = shell(page);
      await openScreen(page, '/images');
      await go('Stands');
      await heading('Stands').waitFor();
      await page.goBack();
      await heading('Images').waitFor();
    }),
};

/** Runs over all screens and names each that does not hold. */
async function onEach(page, { screens }, look) {
  const broken = [];
  for (const [name, path] of Object.entries(screens)) {
    await openScreen(page, path);
    const complaints = await look();
    if (complaints.length > 0) broken.push(`${name}: ${complaints.join('; ').slice(0, 1500)}`);
  }
  assert.deepEqual(broken, []);
}

async function violations(page) {
  // Not as a script tag, which the page's content security policy forbids.
  await page.evaluate(AXE);
  return page.evaluate(violationsOf, WCAG);
}

async function faultsWhenNarrow(page) {
  await page.setViewportSize(NARROW);
  // Charts take their new size in a frame of their own.
  const isNarrow = await page
    .waitForFunction((most) => document.documentElement.scrollWidth <= most, NARROW.width, {
      timeout: 15_000,
    })
    .then(
      () => true,
      () => false,
    );
  const complaints = (await violations(page)).map((text) => `at 360 pixels ${text}`);
  if (!isNarrow) complaints.push(`it is more than ${NARROW.width} pixels wide`);
  await page.setViewportSize(WIDE);
  return complaints;
}

async function changesOfReload(page) {
  const heading = page.locator('main h1').first();
  const [before, address] = [await heading.innerText(), page.url()];
  await page.reload();
  await heading.waitFor();
  const after = await heading.innerText();
  return after === before && page.url() === address ? [] : [`${after} at ${page.url()} after a reload`];
}

/** Runs in the page. */
async function violationsOf(tags) {
  const { violations: found } = await globalThis['axe'].run(document, {
    runOnly: tags,
    resultTypes: ['violations'],
    elementRef: true,
  });
  return found.flatMap(({ id, nodes }) => {
    // WCAG 2.5.8 exempts targets that the line height of text beside them constrains: a log's line numbers.
    const places = nodes.filter(({ element }) => id !== 'target-size' || !element.closest('[role=log]'));
    return places.length > 0 ? [`${id} at ${places.map(({ target }) => target).join(' | ')}`] : [];
  });
}

/** Runs in the page: what a person reads or is told. */
function textsInSight() {
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const found = new Set();
  while (walker.nextNode()) {
    const { parentElement, textContent } = walker.currentNode;
    if (parentElement?.closest('[role=log], [lang=en], script, style')) continue;
    found.add(textContent.replace(/\s+/g, ' ').trim());
  }
  for (const element of document.querySelectorAll('[aria-label], [title], [placeholder]')) {
    if (element.closest('[role=log]')) continue;
    for (const name of ['aria-label', 'title', 'placeholder'])
      found.add((element.getAttribute(name) ?? '').trim());
  }
  return [...found];
}
