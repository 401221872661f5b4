/// <reference lib="dom" />
import assert from 'node:assert/strict';
import { imagesPage } from '../pages/images-page.mjs';
import { shell } from '../pages/shell.mjs';
import { openScreen, visit } from '../visit.mjs';

/** More than any screen has. */
const MOST_STOPS = 500;
const NAME = 'Debian 12 (bookworm)';

export const tabOrder = {
  name: 'the Tab key reaches everything one can operate, each with a focus one can see',
  run: (context) =>
    visit(context, async (page) => {
      const { images, stands, statistics, 'build-partial': build } = context.screens;
      for (const path of [images, stands, statistics, build]) {
        await openScreen(page, path);
        const wanted = await page.evaluate(markTargets);
        const reached = new Set();
        const unseen = [];
        for (let stop = 0; stop < MOST_STOPS; stop += 1) {
          await page.keyboard.press('Tab');
          const { target, name, isVisible, isBody } = await page.evaluate(describeFocus);
          if (isBody) break;
          if (target !== undefined) reached.add(target);
          if (!isVisible) unseen.push(name);
        }
        assert.deepEqual(unseen, [], `focus one cannot see on ${path}`);
        const missed = wanted.filter(({ target }) => !reached.has(target)).map(({ name }) => name);
        assert.deepEqual(missed, [], `not reached on ${path}`);
      }
    }),
};

export const dialogFocus = {
  name: 'a dialog takes the focus, keeps it, and gives it back on Escape',
  run: (context) =>
    visit(context, async (page) => {
      const images = imagesPage(page);
      await images.open();
      const opener = images.options(NAME);
      await opener.focus();
      await page.keyboard.press('Enter');
      const dialog = page.getByRole('dialog');
      await dialog.waitFor();
      // The dialog takes the focus when it has opened, which is a moment after it can be seen.
      await page.waitForFunction(() => document.activeElement?.closest('.cdk-overlay-container'));
      for (let stop = 0; stop < 12; stop += 1) {
        await page.keyboard.press('Tab');
        const isInside = await page.evaluate(() =>
          Boolean(document.activeElement?.closest('.cdk-overlay-container')),
        );
        assert.ok(isInside, `Tab ${stop + 1} leaves the dialog`);
      }
      await page.keyboard.press('Escape');
      await dialog.waitFor({ state: 'hidden' });
      assert.ok(await hasFocus(opener), 'the focus is where it was');
    }),
};

export const keyboardOnly = {
  name: 'with the keyboard alone: past the tabs to the content, to another screen, through a menu',
  run: (context) =>
    visit(context, async (page) => {
      const { heading, look } = shell(page);
      await openScreen(page, '/images');
      await page.keyboard.press('Tab');
      assert.ok(await hasFocus(page.getByRole('link', { name: 'Skip to content' })));
      await page.keyboard.press('Enter');
      assert.ok(await hasFocus(page.getByRole('main')));
      await page
        .getByRole('main')
        .getByRole('link', { name: /^Build \d+$/ })
        .first()
        .press('Enter');
      await heading(/^Build \d+$/).waitFor();
      assert.ok(await hasFocus(page.getByRole('main')), 'keys go on at the page that the link led to');
      await tabTo(page, page.getByRole('navigation').getByRole('link', { name: 'Stands' }), 'Shift+Tab');
      await page.keyboard.press('Enter');
      await heading('Stands').waitFor();
      const theme = page.getByRole('button', { name: /^Theme: / });
      await tabTo(page, theme, 'Tab');
      await page.keyboard.press('Enter');
      await page.getByRole('menuitemradio', { name: 'System theme' }).waitFor();
      await page.keyboard.press('End');
      await page.keyboard.press('Enter');
      await page.getByRole('menu').waitFor({ state: 'hidden' });
      assert.equal((await look()).theme, 'dark');
      assert.ok(await hasFocus(theme), 'the focus is where it was');
    }),
};

async function tabTo(page, target, key) {
  for (let stop = 0; stop < MOST_STOPS; stop += 1) {
    if (await hasFocus(target)) return;
    await page.keyboard.press(key);
  }
  throw new Error(`${key} does not lead to ${target}`);
}

function hasFocus(locator) {
  return locator.evaluate((element) => element === document.activeElement);
}

/** Runs in the page: numbers what one can operate. */
function markTargets() {
  const seen = [...document.querySelectorAll('a[href], button, select, input, textarea')].filter(
    (element) => element.checkVisibility() && !element.matches(':disabled, [tabindex="-1"], [role=log] *'),
  );
  return seen.map((element, index) => {
    element.setAttribute('data-walk', String(index));
    return { target: String(index), name: element.getAttribute('aria-label') ?? element.textContent.trim() };
  });
}

/** Runs in the page. */
function describeFocus() {
  const element = document.activeElement ?? document.body;
  const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(element);
  return {
    isBody: element === document.body,
    target: element.getAttribute('data-walk') ?? undefined,
    name: element.getAttribute('aria-label') ?? element.textContent.trim().slice(0, 40),
    isVisible:
      (outlineStyle !== 'none' && outlineWidth !== '0px') ||
      boxShadow !== 'none' ||
      // The field draws the frame for what is in it.
      element.closest('.mat-focused') !== null,
  };
}
