/// <reference lib="dom" />
import assert from 'node:assert/strict';
import { buildPage } from '../pages/build-page.mjs';
import { openScreen, visit } from '../visit.mjs';

/** CSS pixels: A4 without its margins. */
const SHEET = { width: 720, height: 1050 };

export const printed = {
  name: 'on paper Statistics and a build are light and whole, without what steers them',
  run: (context) =>
    visit(
      context,
      async (page) => {
        await openScreen(page, '/statistics');
        await page.locator('im-build-table').getByRole('row').nth(1).waitFor();
        await putOnPaper(page);
        assert.deepEqual(await shown(page, ['im-build-table', 'im-trend-chart']), [
          'im-build-table',
          'im-trend-chart',
        ]);
        await page.emulateMedia({ media: 'screen' });

        const { failed } = context.history.shown;
        const { cause } = await context.sandbox.api.build(failed);
        await buildPage(page).open(failed);
        await page.getByText(cause.message).first().waitFor();
        await putOnPaper(page);
        assert.ok(await page.getByText(cause.message).first().isVisible(), 'the cause is printed');
        assert.deepEqual(await shown(page, ['im-stage-waterfall', 'im-log-viewer']), ['im-stage-waterfall']);
      },
      { theme: 'dark' },
    ),
};

/** Dark as the theme is on the screen. @param {import('playwright-core').Page} page */
async function putOnPaper(page) {
  await page.emulateMedia({ media: 'print' });
  await page.setViewportSize(SHEET);
  assert.deepEqual(
    await shown(page, ['im-shell > header', 'im-history-filters', '.mat-mdc-button-base']),
    [],
  );
  const { brightness, tooWide } = await page.evaluate(() => {
    // As it is painted on white, whatever notation the colours have.
    const brush = document.createElement('canvas').getContext('2d');
    for (const colour of ['white', ...[document.documentElement, document.body].map(groundOf)]) {
      brush.fillStyle = colour;
      brush.fillRect(0, 0, 1, 1);
    }
    const [red, green, blue] = brush.getImageData(0, 0, 1, 1).data;
    function groundOf(element) {
      return getComputedStyle(element).backgroundColor;
    }
    const { scrollWidth, clientWidth } = document.documentElement;
    return { brightness: Math.min(red, green, blue), tooWide: scrollWidth - clientWidth };
  });
  assert.ok(brightness > 200, `paper is light, not ${brightness}`);
  assert.ok(tooWide <= 0, `the sheet is ${tooWide} pixels too narrow`);
}

/** Those that something is to be seen of. */
async function shown(page, selectors) {
  const visible = await Promise.all(
    selectors.map(async (selector) => {
      const parts = await page.locator(selector).all();
      return (await Promise.all(parts.map((part) => part.isVisible()))).includes(true);
    }),
  );
  return selectors.filter((_selector, index) => visible[index]);
}
