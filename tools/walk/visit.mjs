import assert from 'node:assert/strict';
import { collectFaults } from './browser.mjs';

/**
 * Opens the dashboard in a browser profile of its own, and afterwards holds it to having reported no error.
 *
 * @template T
 * @param {{ browser: import('playwright-core').Browser, sandbox: any }} context
 * @param {(page: import('playwright-core').Page) => Promise<T>} task
 * @param {{ language?: 'en' | 'ru', theme?: 'light' | 'dark', width?: number, height?: number, forcedColors?: 'active', expected?: RegExp }} [options]
 *   `expected`: errors that belong to the walk
 * @returns {Promise<T>}
 */
export async function visit({ browser, sandbox }, task, options = {}) {
  const { language = 'en', theme = 'light', width = 1280, height = 800, forcedColors, expected } = options;
  const profile = await browser.newContext({
    baseURL: sandbox.url,
    locale: language === 'ru' ? 'ru-RU' : 'en-GB',
    colorScheme: theme,
    forcedColors,
    viewport: { width, height },
    httpCredentials: sandbox.credentials,
  });
  // Two busy cores are slow, and what hangs is found by the walks' own deadlines.
  profile.setDefaultTimeout(45_000);
  const page = await profile.newPage();
  const faults = collectFaults(page);
  try {
    const result = await task(page);
    const unexpected = faults.filter((text) => !expected?.test(text));
    assert.deepEqual(unexpected, [], 'the page reports no error');
    return result;
  } catch (error) {
    const text = await page
      .locator('body')
      .innerText({ timeout: 2000 })
      .catch(() => 'nothing');
    throw new Error(
      `${error.message}\nthe page at ${page.url()} reads:\n${text.slice(0, 900)}\n…\n${text.slice(-900)}`,
      {
        cause: error,
      },
    );
  } finally {
    await profile.close();
  }
}

/** Opens a screen and waits until it has all it asks for: a cloud that cannot be reached is answered for late. */
export async function openScreen(page, path) {
  await page.goto(path, { waitUntil: 'networkidle' });
  await page.locator('main h1').first().waitFor();
  await page
    .getByText(/^(Loading…|Загрузка…|Asking…|Опрашивается…)$/)
    .first()
    .waitFor({ state: 'hidden' });
}
