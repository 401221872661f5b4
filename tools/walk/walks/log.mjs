import assert from 'node:assert/strict';
import { buildPage } from '../pages/build-page.mjs';
import { visit } from '../visit.mjs';

export const failedBuild = {
  name: 'a failed build says why and what to do, and its log opens at the line that tells it',
  run: (context) =>
    visit(context, async (page) => {
      const { failed } = context.history.shown;
      const { cause } = await context.sandbox.api.build(failed);
      const build = buildPage(page);
      await build.open(failed);
      await page.getByText(cause.message).first().waitFor();
      await page.getByText(cause.advice).first().waitFor();
      const { firstError } = await get(page, `/api/builds/${failed}/log/marks`);
      await build.isInSight(firstError);
    }),
};

export const sharedLine = {
  name: 'a line is shared by its address, which opens at it',
  run: (context) =>
    visit(context, async (page) => {
      const { failed } = context.history.shown;
      const build = buildPage(page);
      await build.open(failed, '#L4321');
      await build.isInSight(4321);
      await build.number(4325).click();
      await page.waitForURL(/#L4325$/);
      const address = page.url();
      await page.goto('about:blank');
      await page.goto(address);
      await build.isInSight(4325);
    }),
};

export const searchedLog = {
  name: 'the whole log is searched, and one goes from match to match',
  run: (context) =>
    visit(context, async (page) => {
      const { failed } = context.history.shown;
      const wanted = 'Setting up';
      const build = buildPage(page);
      await build.open(failed);
      const { total, matches } = await get(
        page,
        `/api/builds/${failed}/log/search?q=${encodeURIComponent(wanted)}`,
      );
      assert.ok(total > 1, `${total} lines hold ${wanted}`);
      await build.search.fill(wanted);
      await build.matches(total).waitFor();
      await page.getByRole('button', { name: 'Next match' }).click();
      await page.getByRole('button', { name: 'Previous match' }).click();
      const drawn = await build.drawnLines();
      assert.ok(
        matches.some(({ n }) => drawn.includes(n)),
        'a match is drawn',
      );
      await build.search.fill('no line says this');
      await page.getByText('No matches').waitFor();
    }),
};

/** What the API says, with the page's own credentials. */
function get(page, path) {
  return page.evaluate(async (address) => (await fetch(address)).json(), path);
}
