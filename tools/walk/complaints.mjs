/// <reference lib="dom" />
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { settled } from './settled.mjs';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const WCAG = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];

/**
 * What axe finds on the page as it is now, or in the part of it that a selector names.
 *
 * @param {import('playwright-core').Page} page
 * @param {string} [within]
 */
export async function violations(page, within) {
  // Not as a script tag, which the page's content security policy forbids.
  await page.evaluate(AXE);
  return page.evaluate(violationsOf, { tags: WCAG, within });
}

/**
 * What axe finds in one thing after the other that opens over a page, each when it has come to rest.
 *
 * @param {import('playwright-core').Page} page
 */
export function collectViolations(page) {
  /** @type {string[]} */
  const broken = [];
  return {
    /** @param {string} what is open */
    async note(what) {
      await settled(page);
      const found = await violations(page);
      if (found.length > 0) broken.push(`${what}: ${found.join('; ')}`);
    },
    expectNone: () => assert.deepEqual(broken, []),
  };
}

/** What a person reads or is told now. @param {import('playwright-core').Page} page */
export function texts(page) {
  return page.evaluate(textsInSight);
}

/** Runs in the page. */
async function violationsOf({ tags, within }) {
  const { violations: found } = await globalThis['axe'].run(within ?? document, {
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
