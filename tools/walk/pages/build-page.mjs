import { waitUntil } from '../../e2e/scenarios.mjs';

const PATIENCE = { timeoutMs: 90_000 };

/** A build's page, in English. @param {import('playwright-core').Page} page */
export function buildPage(page) {
  const log = page.getByRole('log');
  const main = page.getByRole('main');
  /** Numbers of the lines that are drawn, from top to bottom. @returns {Promise<number[]>} */
  const drawnLines = () =>
    log.evaluate((element) =>
      // Lines that are still being fetched hold their place and have no number of their own yet.
      [...element.querySelectorAll('.row[data-n]')].map((row) => Number(row.getAttribute('data-n'))),
    );
  const lastDrawn = async () => (await drawnLines()).at(-1);
  return {
    log,
    search: page.getByRole('textbox', { name: 'Search the log' }),
    /** How many lines match: all of them, or as which of them one is at. */
    matches: (total) =>
      page
        .getByRole('search', { name: 'Search the log' })
        .getByText(new RegExp(`(^| of )${total.toLocaleString('en')}( lines)?$`)),
    /** Of a line that is drawn. */
    number: (line) => log.locator(`a[href$="#L${line}"]`),
    /** What the log is made of, once it was asked for. */
    outline: page.getByRole('navigation', { name: 'Outline of the log' }),
    toggleOutline: () => page.getByRole('button', { name: 'Outline', exact: true }).click(),
    drawnLines,
    lastDrawn,
    open: (id, fragment = '') => page.goto(`/builds/${id}${fragment}`),
    /** The build that the address names. */
    id: () => Number(new URL(page.url()).pathname.split('/').at(-1)),
    /** The build itself, not one of its stages. */
    hasEnded: (status) =>
      main
        .getByRole('status')
        .filter({ hasText: new RegExp(`^\\s*${status}\\s*$`) })
        .first()
        .waitFor({ timeout: PATIENCE.timeoutMs }),
    /** In any language: the log stands where it opens, and its lines are there. */
    hasLines: () => page.locator('im-log-viewport:not(.opening) .row[data-n]').first().waitFor(),
    firstLines: () => waitUntil('the first lines', lastDrawn, PATIENCE),
    /** Waits until more than so many lines after that one are there. */
    linesAfter: (line, more) =>
      waitUntil('further lines', async () => ((await lastDrawn()) ?? 0) > line + more, PATIENCE),
    cancel: () => pressAndConfirm(page, /^cancel/i),
    async retry() {
      const before = page.url();
      await main
        .getByRole('button', { name: /^retry/i })
        .first()
        .click();
      await page.waitForURL((url) => url.href !== before);
    },
    /** Waits until a line is drawn and stands inside the log's frame. */
    isInSight: (line) =>
      waitUntil(
        `line ${line}`,
        async () => {
          if (!(await drawnLines()).includes(line)) return false;
          const box = await log.locator(`a[href$="#L${line}"]`).boundingBox();
          const frame = await log.boundingBox();
          return box !== null && frame !== null && box.y >= frame.y && box.y < frame.y + frame.height;
        },
        PATIENCE,
      ),
  };
}

async function pressAndConfirm(page, name) {
  await page.getByRole('main').getByRole('button', { name }).first().click();
  // Whether a person is asked is the screen's to decide.
  const dialog = page.getByRole('dialog');
  const asked = await dialog.waitFor({ timeout: 1500 }).then(
    () => true,
    () => false,
  );
  if (!asked) return;
  await dialog.getByRole('button').last().click();
  await dialog.waitFor({ state: 'hidden' });
}
