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

export const unfoldedStands = {
  name: 'many retired images are folded, the address remembers what was unfolded, and trouble is in sight without scrolling',
  run: (context) =>
    visit(context, async (page) => {
      const { open, cloud, images } = standsPage(page);
      await open();
      const headings = page.getByRole('main').getByRole('heading', { level: 2 });
      // Nothing else is awaited before a cloud that does not answer is known for it.
      await cloud('edge').getByRole('status').filter({ hasText: 'Unreachable' }).waitFor();
      assert.deepEqual((await headings.allInnerTexts()).slice(0, 2), ['edge', 'lab']);
      const more = cloud('lab').getByRole('button', { name: /^\d+ more retired images$/ });
      const before = await images('lab', 'Retired', '').count();
      await more.click();
      await page.waitForURL(/retired=lab/);
      const folded = parseInt(await more.innerText(), 10);
      assert.equal(await images('lab', 'Retired', '').count(), before + folded);
      await page.reload();
      await images('lab', 'Retired', '')
        .nth(before + folded - 1)
        .waitFor();
      await cloud('lab').getByRole('button', { name: '1 leak', exact: true }).click();
      await cloud('lab').getByRole('group', { name: 'Leaks' }).getByRole('checkbox').first().waitFor();
      await more.click();
      await page.waitForURL((url) => url.search === '');
      assert.equal(await images('lab', 'Retired', '').count(), before);
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
