/// <reference lib="dom" />
/** What surrounds every screen. @param {import('playwright-core').Page} page */
export function shell(page) {
  const choose = async (menu, choice) => {
    await page.getByRole('banner').getByRole('button', { name: menu }).click();
    await page.getByRole('menuitemradio', { name: choice, exact: true }).click();
    await page.getByRole('menu').waitFor({ state: 'hidden' });
  };
  return {
    /** By its name in the language that is shown. */
    go: (screen) => page.getByRole('navigation').getByRole('link', { name: screen, exact: true }).click(),
    chooseLanguage: (language) => choose(/^(Language|Язык): /, language),
    chooseTheme: (theme) => choose(/^(Theme|Тема): /, theme),
    /** Waits until the indicator says so. */
    connection: (word) => page.getByRole('banner').getByText(word, { exact: true }).first().waitFor(),
    heading: (name) => page.getByRole('heading', { level: 1, name, exact: true }),
    /** A message about what an action did. */
    notice: (text) => page.locator('im-notices').getByText(text).first(),
    openNotice: () => page.locator('im-notices').getByRole('link', { name: 'Open' }).last().click(),
    look: () =>
      page.evaluate(() => ({
        language: document.documentElement.lang,
        theme: document.documentElement.dataset.theme ?? 'system',
        ground: getComputedStyle(document.body.parentElement ?? document.body).backgroundColor,
      })),
  };
}
