/** A build's page. @param {import('playwright-core').Page} page */
export function buildPage(page) {
  const log = page.getByRole('log');
  return {
    log,
    status: page.getByRole('main').getByRole('status'),
    cancel: page.getByRole('button', { name: /^cancel/i }),
    retry: page.getByRole('button', { name: /^retry/i }),
    open: (id, fragment = '') => page.goto(`/builds/${id}${fragment}`),
    /** Numbers of the lines that are drawn, from top to bottom. @returns {Promise<number[]>} */
    drawnLines: () =>
      log.evaluate((element) =>
        [...element.querySelectorAll('a[href*="#L"]')].map((link) =>
          Number(link.getAttribute('href').replace(/^.*#L/, '')),
        ),
      ),
    /** Where it is asked whether one is sure. */
    async confirm() {
      const dialog = page.getByRole('dialog');
      await dialog.waitFor({ timeout: 1500 }).catch(() => undefined);
      if ((await dialog.count()) === 0) return;
      await dialog.getByRole('button').last().click();
    },
  };
}
