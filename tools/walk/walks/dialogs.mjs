import assert from 'node:assert/strict';
import { violations } from '../complaints.mjs';
import { settled } from '../settled.mjs';
import { openScreen, visit } from '../visit.mjs';
import { englishLeft } from './untranslated.mjs';

/**
 * What opens over a screen, by places that are the same in both languages: the screen, a name, how it is opened.
 *
 * @type {[string, string, (page: any) => Promise<void>][]}
 */
const OVERLAYS = [
  ['/images', 'languages', (page) => page.locator('header .tools button').nth(-2).click()],
  ['/images', 'themes', (page) => page.locator('header .tools button').last().click()],
  ['/images', 'options of a build', (page) => page.locator('.actions button').first().click()],
  ['/stands?cloud=lab', 'states', (page) => openSelect(page.locator('im-stands-filter mat-select').first())],
  ['/stands?cloud=lab', 'more for an image', (page) => page.locator('.more-actions').first().click()],
  ['/stands?cloud=lab', 'retire', (page) => chooseOfFirstImage(page, 0)],
  ['/stands?cloud=lab', 'delete', (page) => chooseOfFirstImage(page, 1)],
  ['/stands?cloud=lab&state=retired', 'roll back', (page) => firstAction(page).click()],
  ['/stands?cloud=lab&state=foreign', 'adopt', (page) => firstAction(page).click()],
  ['/stands?cloud=lab', 'reap', reap],
  ['/statistics', 'definitions', (page) => openSelect(page.locator('im-history-filters mat-select').first())],
  ['/statistics', 'statuses', (page) => openSelect(page.locator('im-history-filters mat-select').nth(1))],
  ['/statistics', 'periods', (page) => openSelect(page.locator('im-history-filters mat-select').nth(3))],
  ['/statistics', 'builds per page', (page) => openSelect(page.locator('mat-paginator mat-select'))],
];

/** What is under it was looked at without it. */
const OVERLAY = '.cdk-overlay-container';

export const openedLight = {
  name: 'axe finds nothing in what opens over a screen, in light and English',
  run: (context) =>
    visit(context, (page) => onEach(page, () => violations(page, OVERLAY)), {
      theme: 'light',
      language: 'en',
    }),
};

export const openedDark = {
  name: 'axe finds nothing in what opens over a screen, in dark and Russian, and no English is left there',
  run: (context) =>
    visit(
      context,
      async (page) => {
        const english = await englishLeft(page);
        await onEach(page, async () => [...(await violations(page, OVERLAY)), ...(await english())]);
      },
      { theme: 'dark', language: 'ru' },
    ),
};

async function onEach(page, look) {
  const overlay = page.locator('.cdk-overlay-pane').last();
  const broken = [];
  let at;
  for (const [path, name, open] of OVERLAYS) {
    if (path !== at) await openScreen(page, path);
    at = path;
    await open(page);
    await overlay.waitFor();
    await settled(page);
    const complaints = await look();
    if (complaints.length > 0) broken.push(`${name}: ${complaints.join('; ').slice(0, 1500)}`);
    await page.keyboard.press('Escape');
    await overlay.waitFor({ state: 'hidden' });
  }
  assert.deepEqual(broken, []);
}

/** Its label lies over it, which a mouse does not mind. */
const openSelect = (select) => select.press('Enter');

const firstAction = (page) => page.locator('im-image-table .actions button').first();

async function chooseOfFirstImage(page, index) {
  await page.locator('.more-actions').first().click();
  await page.getByRole('menuitem').nth(index).click();
  await page.getByRole('dialog').waitFor();
}

async function reap(page) {
  await page.locator('header .leaks').first().click();
  const panel = page.locator('im-leaks-panel');
  await panel.getByRole('checkbox').first().check();
  await panel.locator('.destroys').click();
}
