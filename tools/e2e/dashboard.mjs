import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { formatDuration } from '../bootstrap/progress.mjs';
import { ROOT } from '../bootstrap/workspace.mjs';
import { collectFaults, launchBrowser } from '../walk/browser.mjs';
import { CLEAN_MS, expectClean, expectFinal, expectOneCurrent, listImages } from './expectations.mjs';
import { SECOND_RUN } from './life-cycle.mjs';
import { waitUntil } from './scenarios.mjs';

const SCREENSHOTS = join(ROOT, 'dist/e2e');
/** DIB runs this phase's scripts inside the new system. */
const IN_THE_CHROOT = /Running \/tmp\/in_target\.d\/(pre-)?install\.d\//;

export const dashboard = {
  name: 'a build is started, watched live and cancelled in the dashboard, and is clean within 15 s',
  run: ({ sandbox }) =>
    inBrowser(sandbox, async (page) => {
      await page.goto(`${sandbox.url}/images`);
      const row = page.locator('im-distro-row', { hasText: 'Debian 12' });
      await row
        .getByRole('button', { name: /^Build (?!.*with options)/ })
        .first()
        .click();
      const id = await newestBuild(sandbox);
      await page.screenshot({ path: join(SCREENSHOTS, 'images.png') });

      await page.goto(`${sandbox.url}/builds/${id}`);
      await waitUntil('the chroot', async () => IN_THE_CHROOT.test((await logTail(sandbox, id)).join('\n')), {
        timeoutMs: 900_000,
        intervalMs: 1000,
      });
      // What the socket brought without a reload.
      const [line] = (await logTail(sandbox, id)).filter((text) => text.trim().length > 10).slice(-1);
      await page.getByText(line.trim().slice(0, 40)).first().waitFor({ timeout: 10_000 });
      await page.screenshot({ path: join(SCREENSHOTS, 'build-live.png') });

      const begin = performance.now();
      await page
        .getByRole('button', { name: /^cancel/i })
        .first()
        .click();
      await confirmIfAsked(page);
      const build = await expectFinal(sandbox, id, CLEAN_MS);
      assert.equal(build.status, 'cancelled');
      await expectClean(sandbox, CLEAN_MS - (performance.now() - begin));
      const took = performance.now() - begin;
      await page
        .getByText(/cancelled/i)
        .first()
        .waitFor({ timeout: 5000 });
      await page.screenshot({ path: join(SCREENSHOTS, 'build-cancelled.png') });

      for (const tab of ['stands', 'statistics']) {
        await page.goto(`${sandbox.url}/${tab}`);
        await page.locator('main h1').first().waitFor({ timeout: 10_000 });
        await page.waitForLoadState('networkidle');
        await page.screenshot({ path: join(SCREENSHOTS, `${tab}.png`) });
      }
      return `cancelled and clean after ${formatDuration(took)}`;
    }),
};

export const rollBackInDashboard = {
  name: 'a click in the dashboard gives users the retired image back',
  needs: [SECOND_RUN],
  run: ({ sandbox }) =>
    inBrowser(sandbox, async (page) => {
      const before = await expectOneCurrent(sandbox);
      const retired = (await listImages(sandbox)).find(({ state }) => state === 'retired');
      assert.ok(retired, 'there is a retired image');
      await page.goto(`${sandbox.url}/stands`);
      const row = page.locator('tbody', { hasText: retired.id });
      await row.getByRole('button', { name: /^Roll back/ }).click();
      await page.screenshot({ path: join(SCREENSHOTS, 'roll-back.png') });
      await page.getByRole('dialog').getByRole('button', { name: 'Roll back' }).click();
      await page.getByText(/is current again/).waitFor({ timeout: 10_000 });
      const after = await expectOneCurrent(sandbox);
      assert.equal(after.id, retired.id);
      const rejected = (await listImages(sandbox)).find(({ id }) => id === before.id);
      assert.equal(rejected?.state, 'rejected');
      assert.equal(
        await page
          .locator('tbody', { hasText: before.id })
          .getByRole('button', { name: /^Roll back/ })
          .count(),
        0,
      );
      await page.screenshot({ path: join(SCREENSHOTS, 'rolled-back.png') });
    }),
};

/** Runs a scenario's part in Chromium; where it fails, the error says what the page showed. */
async function inBrowser(sandbox, task) {
  mkdirSync(SCREENSHOTS, { recursive: true });
  const browser = await launchBrowser();
  const page = await browser.newPage({
    locale: 'en-GB',
    viewport: { width: 1280, height: 800 },
    httpCredentials: sandbox.credentials,
  });
  const faults = collectFaults(page);
  try {
    const remark = await task(page);
    assert.deepEqual(faults, [], 'the page reports no error');
    return remark;
  } catch (error) {
    await page.screenshot({ path: join(SCREENSHOTS, 'failure.png') });
    const text = await page.locator('body').innerText();
    throw new Error(
      `${error.message}\nthe page at ${page.url()} reads:\n${text}\nit reports: ${faults.join('\n')}`,
      { cause: error },
    );
  } finally {
    await browser.close();
  }
}

function newestBuild(sandbox) {
  return waitUntil(
    'the build',
    async () => {
      const response = await fetch(`${sandbox.url}/api/builds?status=running`, {
        headers: { authorization: sandbox.api.authorization },
      });
      const page = /** @type {any} */ (await response.json());
      return page.items[0]?.id;
    },
    { timeoutMs: 20_000 },
  );
}

async function logTail(sandbox, id) {
  const { logLines } = await sandbox.api.build(id);
  const { lines } = await sandbox.api.log(id, Math.max(1, logLines - 100));
  return lines.map(({ text }) => text);
}

async function confirmIfAsked(page) {
  // What goes ahead is the last button.
  const buttons = page.getByRole('dialog').getByRole('button');
  if (await buttons.count()) await buttons.last().click();
}
