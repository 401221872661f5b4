/// <reference lib="dom" />
import assert from 'node:assert/strict';
import { violations } from '../complaints.mjs';
import { shell } from '../pages/shell.mjs';
import { openScreen, visit } from '../visit.mjs';
import { englishLeft } from './untranslated.mjs';

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
  name: 'every screen in dark and Russian at 360 pixels: that suffices, axe finds nothing, no English is left',
  run: (context) =>
    visit(
      context,
      async (page) => {
        const english = await englishLeft(page);
        await onEach(page, context, async () => [...(await english()), ...(await faultsWhenNarrow(page))]);
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
  const complaints = await violations(page);
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
