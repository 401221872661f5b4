/// <reference lib="dom" />
import assert from 'node:assert/strict';
import { collectViolations } from '../complaints.mjs';
import { openScreen, visit } from '../visit.mjs';

const MENUS = ['Go to in the log', /^Show: /, 'View', 'Copy'];

export const openMenusLight = {
  name: 'axe finds nothing in the menus of a log when they are open, in light',
  run: (context) => visit(context, (page) => lookInto(page, context), { theme: 'light' }),
};

export const openMenusDark = {
  name: 'axe finds nothing in the menus of a log when they are open, in dark',
  run: (context) => visit(context, (page) => lookInto(page, context), { theme: 'dark' }),
};

async function lookInto(page, { screens }) {
  const { note, expectNone } = collectViolations(page);
  await openScreen(page, screens['build-partial']);
  await logMenus(page, note);
  expectNone();
}

async function logMenus(page, note) {
  for (const name of MENUS) {
    const opener = page.getByRole('main').getByRole('button', { name, exact: true });
    await opener.click();
    const menu = page.getByRole('menu');
    await menu.waitFor();
    await note(`the menu ${name}`);
    await page.keyboard.press('Escape');
    await menu.waitFor({ state: 'hidden' });
    assert.ok(await opener.evaluate((element) => element === document.activeElement));
  }
}
