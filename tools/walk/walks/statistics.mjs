/// <reference lib="dom" />
import assert from 'node:assert/strict';
import { waitUntil } from '../../e2e/scenarios.mjs';
import { openScreen, visit } from '../visit.mjs';

const PATIENCE = { timeoutMs: 45_000 };

export const narrowedHistory = {
  name: 'the history is narrowed by each filter, the address and the CSV hold them, and the way back takes each off',
  run: (context) =>
    visit(context, async (page) => {
      const filters = page.getByRole('search', { name: 'Filters of the history' });
      const rows = page.locator('im-build-table').getByRole('row');
      const csv = page.getByRole('link', { name: 'Download CSV of the builds that match' });
      const choose = async (field, ...options) => {
        await filters.getByRole('combobox', { name: field }).press('Enter');
        for (const option of options) await page.getByRole('option', { name: option, exact: true }).click();
        if (await page.getByRole('listbox').isVisible()) await page.keyboard.press('Escape');
        await page.getByRole('listbox').waitFor({ state: 'hidden' });
      };
      const reads = (pattern) => page.waitForURL((url) => pattern.test(decodeURIComponent(url.search)));
      await openScreen(page, '/statistics');

      await choose('Definition', 'Debian 12 (bookworm)');
      await reads(/distroId=debian-12/);
      await choose('Status', 'Failed', 'Cancelled');
      await reads(/status=cancelled.*status=failed|status=failed.*status=cancelled/);
      await choose('Cloud', 'lab');
      await reads(/cloud=lab/);
      await choose('Period', 'Last 90 days');
      await reads(/period=90d/);
      await filters.getByRole('searchbox').fill('debian-12');
      await reads(/text=debian-12/);

      const link = decodeURIComponent((await csv.getAttribute('href')) ?? '');
      for (const part of ['distroId=debian-12', 'status=failed', 'cloud=lab', 'from=', 'text=debian-12'])
        assert.ok(link.includes(part), `${part} in ${link}`);
      const download = await page.request.get(link);
      assert.equal(download.status(), 200);
      const lines = (await download.text()).trim().split('\n');
      await page
        .getByRole('status')
        .getByText(`${lines.length - 1} build`)
        .waitFor();

      await page.reload();
      await rows.nth(lines.length - 1).waitFor();
      assert.equal(await filters.getByRole('searchbox').inputValue(), 'debian-12');
      assert.equal(await rows.count(), lines.length);

      await page.goBack();
      await page.waitForURL((url) => !url.search.includes('period'));
      await page.goForward();
      await reads(/period=90d.*text=debian-12/);
      // The address is there a moment before the field says it.
      await waitUntil(
        'the text in its field',
        async () => (await filters.getByRole('searchbox').inputValue()) === 'debian-12',
        PATIENCE,
      );

      await filters.getByRole('button', { name: 'Clear filters' }).click();
      await page.waitForURL((url) => url.search === '');
    }),
};

export const figuresInTables = {
  name: 'what the charts show stands in tables too, which the keyboard reaches',
  run: (context) =>
    visit(context, async (page) => {
      await openScreen(page, '/statistics');
      const charts = page.getByRole('region', { name: 'Builds over time' });
      const name = await charts.getByRole('img').first().getAttribute('aria-label');
      assert.match(name ?? '', /How builds ended: \d+% succeeded\. The figures are under Tables\./);
      const [count, tables] = [
        await charts.getByRole('img').count(),
        page.getByRole('radio', { name: 'Tables' }),
      ];
      await tables.focus();
      await page.keyboard.press('Space');
      await page.waitForURL(/view=tables/);
      await charts
        .getByRole('table')
        .nth(count - 1)
        .waitFor();
      assert.equal(await charts.getByRole('img').count(), 0);
      const first = charts.getByRole('group', { name: 'How builds ended' });
      await first.focus();
      assert.ok(await first.evaluate((element) => element === document.activeElement));
      await page.reload();
      await first.waitFor();
    }),
};
