import assert from 'node:assert/strict';
import { violations } from '../complaints.mjs';
import { buildPage } from '../pages/build-page.mjs';
import { visit } from '../visit.mjs';

export const failedBuild = {
  name: 'a failed build says why and what to do, and its log opens at the line that tells it, whose script the outline marks',
  run: (context) =>
    visit(context, async (page) => {
      const { failed } = context.history.shown;
      const { cause } = await context.sandbox.api.build(failed);
      const build = buildPage(page);
      await build.open(failed);
      await page.getByText(cause.message).first().waitFor();
      await page.getByText(cause.advice).first().waitFor();
      const { firstError } = await get(page, `/api/builds/${failed}/log/marks`);
      const { phases } = await get(page, `/api/builds/${failed}/log/outline`);
      await build.isInSight(firstError);
      const scripts = phases.flatMap((phase) => phase.scripts);
      const { outline } = build;
      await build.toggleOutline();
      // The outline is where the log is.
      await outline.locator('[aria-current=location]', { hasText: scripts.at(-1).name }).waitFor();
      await outline.getByText('Failed').last().waitFor();
      assert.deepEqual(await violations(page), []);
      await outline.getByRole('link', { name: scripts.at(-2).name }).click();
      await build.isInSight(scripts.at(-2).line);
      await page.waitForURL(new RegExp(`#L${scripts.at(-2).line}$`));
      await outline.locator('[aria-current=location]', { hasText: scripts.at(-2).name }).waitFor();
      await page.setViewportSize({ width: 360, height: 740 });
      await outline.waitFor({ state: 'hidden' });
      await build.toggleOutline();
      await outline.waitFor();
      assert.deepEqual(await violations(page), [], 'at 360 pixels');
      await page.keyboard.press('Escape');
      await outline.waitFor({ state: 'hidden' });
      await build.toggleOutline();
      await outline.getByRole('link', { name: phases[0].name }).click();
      await outline.waitFor({ state: 'hidden' });
      await build.isInSight(phases[0].line);
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
