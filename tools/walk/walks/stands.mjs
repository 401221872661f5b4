import assert from 'node:assert/strict';
import { shell } from '../pages/shell.mjs';
import { standsPage } from '../pages/stands-page.mjs';
import { visit } from '../visit.mjs';

export const filteredStands = {
  name: 'what is looked for among the clouds is in the address, and a reload restores it',
  run: (context) =>
    visit(context, async (page) => {
      const { open, images, search } = standsPage(page);
      await open('?state=retired');
      await images('local', 'Retired', 'Debian 11').first().waitFor();
      await search.fill('debian 12');
      await page.waitForURL(/state=retired&text=debian/);
      const before = await images('local', 'Retired', 'Debian 12').count();
      assert.ok(before > 0, 'there are retired images of Debian 12');
      assert.equal(await images('local', 'Retired', 'Debian 11').count(), 0);
      await page.reload();
      await images('local', 'Retired', 'Debian 12').first().waitFor();
      assert.equal(await search.inputValue(), 'debian 12');
      assert.equal(await images('local', 'Retired', 'Debian 12').count(), before);
    }),
};

export const rolledBack = {
  name: 'a rollback names both images before, and what is current after',
  run: (context) =>
    visit(context, async (page) => {
      const { open, images, dialog, answer } = standsPage(page);
      await open('?cloud=local&text=debian 11');
      const retired = images('local', 'Retired', 'Debian 11').first();
      const name = await retired.getByRole('button', { name: /^Roll back to / }).getAttribute('aria-label');
      await retired.getByRole('button', { name: /^Roll back to / }).click();
      await dialog.getByText('Becomes current').waitFor();
      await dialog.getByText('Is replaced').waitFor();
      await answer('Roll back');
      await shell(page)
        .notice(/is current again in local/)
        .waitFor();
      await page.getByRole('button', { name: name ?? '', exact: true }).waitFor({ state: 'hidden' });
      await images('local', 'Rejected', 'Debian 11').waitFor();
    }),
};

export const deletedImage = {
  name: 'a deletion says what it would break, is refused for what users boot, and is done for what may go',
  run: (context) =>
    visit(context, async (page) => {
      const { open, images, dialog, answer, choose } = standsPage(page);
      await open('?cloud=local&text=debian 13');
      await choose(images('local', 'Current', 'Debian 13 ').first(), /^Delete/);
      await dialog.getByText('Users boot it.').waitFor();
      await answer('Close');
      const retired = images('local', 'Retired', 'Debian 13 ');
      const before = await retired.count();
      assert.ok(before > 0, 'there are retired images of Debian 13');
      await choose(retired.last(), /^Delete/);
      await dialog.getByText('No server and no volume stands on it.').waitFor();
      await answer('Delete');
      await shell(page)
        .notice(/is deleted from local/)
        .waitFor();
      await retired.nth(before - 1).waitFor({ state: 'hidden' });
      assert.equal(await retired.count(), before - 1);
    }),
};
