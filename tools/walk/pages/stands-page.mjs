import { openScreen } from '../visit.mjs';

/** The clouds, in English. @param {import('playwright-core').Page} page */
export function standsPage(page) {
  const cloud = (name) => page.getByRole('region', { name, exact: true });
  const dialog = page.getByRole('dialog');
  return {
    open: (query = '') => openScreen(page, `/stands${query}`),
    cloud,
    /** Rows of images in a cloud, each by its state and the beginning of its name. */
    images: (inCloud, state, name) =>
      cloud(inCloud).getByRole('row', { name: new RegExp(`^${state} ${name}`) }),
    search: page.getByRole('searchbox', { name: 'Name, id or definition' }),
    dialog,
    /** Presses a button of the dialog and waits until it is gone. */
    async answer(button) {
      await dialog.getByRole('button', { name: button, exact: true }).click();
      await dialog.waitFor({ state: 'hidden' });
    },
    /** Something of the menu behind a row's three dots. */
    async choose(row, item) {
      await row.getByRole('button', { name: /^More for / }).click();
      await page.getByRole('menuitem', { name: item }).click();
      await dialog.waitFor();
    },
  };
}
