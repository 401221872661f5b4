import assert from 'node:assert/strict';
import { buildPage } from '../pages/build-page.mjs';
import { imagesPage } from '../pages/images-page.mjs';
import { shell } from '../pages/shell.mjs';
import { openScreen, visit } from '../visit.mjs';

const NAME = 'Debian 12 (bookworm)';

export const newcomer = {
  name: 'who comes to an installation that has built nothing is led to a current image by what is on the screen',
  run: (context) =>
    visit(context, async (page) => {
      const images = imagesPage(page);
      const { go, notice, openNotice } = shell(page);
      await openScreen(page, '/statistics');
      assert.equal(await page.locator('main a[href*="/builds/"]').count(), 0);
      await openScreen(page, '/');
      await images.of(NAME).getByText('Never built').waitFor();
      await images.build(NAME).click();
      await notice(/is queued/).waitFor();
      await openNotice();
      await buildPage(page).hasEnded('Succeeded');
      await go('Images');
      await images.of(NAME).getByText('local', { exact: true }).waitFor();
      assert.equal(await images.of(NAME).getByText('None yet').count(), 0);
      await go('Stands');
      await page.getByRole('row', { name: /^Current Debian 12 / }).waitFor();
    }),
};
