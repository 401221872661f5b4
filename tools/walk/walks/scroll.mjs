/// <reference lib="dom" />
import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import { waitUntil } from '../../e2e/scenarios.mjs';
import { openScreen, visit } from '../visit.mjs';

/** Longer than the router takes to show a screen without its lists. */
const SLOW_MS = 700;
const SCREENS = ['/images', '/stands?cloud=lab&retired=lab', '/statistics'];

export const returned = {
  name: 'a list is where it was when one comes back from a build, and after a reload, also when it loads slowly',
  run: (context) =>
    visit(
      context,
      async (page) => {
        await page.route('**/api/**', async (route) => {
          await delay(SLOW_MS);
          // The page may have gone on meanwhile.
          await route.continue().catch(() => undefined);
        });
        for (const path of SCREENS) {
          await openScreen(page, path);
          const link = page.locator('main a[href*="/builds/"]').last();
          await link.scrollIntoViewIfNeeded();
          const [before, address] = [await scrolled(page), page.url()];
          assert.ok(before > 100, `${path} is longer than the window`);
          await link.click();
          await page.waitForURL(/\/builds\/\d+/);
          assert.equal(await scrolled(page), 0, 'a build’s page begins at its top');
          await page.goBack();
          await isBack(page, before, `after the way back to ${path}`);
          assert.equal(page.url(), address);
          await page.reload();
          await isBack(page, before, `after a reload of ${path}`);
        }
      },
      { height: 420 },
    ),
};

const scrolled = (page) => page.evaluate(() => Math.round(globalThis.scrollY));

async function isBack(page, before, what) {
  let last;
  await waitUntil(what, async () => Math.abs((last = await scrolled(page)) - before) <= 2, {
    timeoutMs: 30_000,
  }).catch((error) => assert.fail(`${error.message}: at ${last} instead of ${before}`));
}
