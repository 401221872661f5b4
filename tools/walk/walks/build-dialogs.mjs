/// <reference lib="dom" />
import assert from 'node:assert/strict';
import { collectViolations } from '../complaints.mjs';
import { SLOW_DISTRO } from '../installation.mjs';
import { buildPage } from '../pages/build-page.mjs';
import { openScreen, visit } from '../visit.mjs';

export const buildDialogsLight = {
  name: 'axe finds nothing in the dialogs and hints of a build when they are open, in light',
  run: (context) => visit(context, (page) => lookInto(page, context), { theme: 'light' }),
};

export const buildDialogsDark = {
  name: 'axe finds nothing in the dialogs and hints of a build when they are open, in dark',
  run: (context) => visit(context, (page) => lookInto(page, context), { theme: 'dark' }),
};

async function lookInto(page, { sandbox, screens }) {
  const { note, expectNone } = collectViolations(page);
  await openScreen(page, screens['build-check-failed']);
  await askedAndNot(page, /^Delete .+ now$/, () => note('the deletion of kept servers'));
  const { id } = await sandbox.api.createBuild({ distroId: SLOW_DISTRO });
  try {
    const build = buildPage(page);
    await build.open(id);
    await build.firstLines();
    await page.getByRole('button', { name: 'Keep the test server if it fails' }).hover();
    await page.locator('mat-tooltip-component').waitFor();
    await note('the hint at keeping the server');
    await askedAndNot(page, /^Cancel/, () => note('the cancellation'));
  } finally {
    await sandbox.api.cancelBuild(id);
  }
  expectNone();
}

/** Opens a question and leaves it unanswered. */
async function askedAndNot(page, name, look) {
  const opener = page.getByRole('main').getByRole('button', { name });
  await opener.click();
  const dialog = page.getByRole('dialog');
  await dialog.waitFor();
  await look();
  await page.keyboard.press('Escape');
  await dialog.waitFor({ state: 'hidden' });
  assert.ok(await opener.evaluate((element) => element === document.activeElement));
}
