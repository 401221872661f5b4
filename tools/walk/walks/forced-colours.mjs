/// <reference lib="dom" />
import assert from 'node:assert/strict';
import { buildPage } from '../pages/build-page.mjs';
import { openScreen, visit } from '../visit.mjs';

/** In forced colours grounds and shadows are gone, and what is transparent is drawn. */
export const forcedColours = {
  name: 'in forced colours the current tab, the marked line, marks and bars are still told from what is beside them',
  run: (context) =>
    visit(
      context,
      async (page) => {
        const { failed } = context.history.shown;
        const build = buildPage(page);
        await build.open(failed, '#L4321');
        await build.isInSight(4321);
        const edge = (line) =>
          build.number(line).evaluate((link) => getComputedStyle(link.parentElement).borderLeftColor);
        assert.notEqual(await edge(4321), await edge(4320), 'the edge of the marked line');
        assert.equal(await edge(4322), await edge(4320), 'the edges of lines that nobody marked');
        assert.ok(
          await stands(page.locator('im-stage-waterfall tr[data-status=succeeded] .bar').first()),
          'a bar of a stage',
        );

        await openScreen(page, '/images');
        const tabs = await page
          .getByRole('navigation')
          .first()
          .getByRole('link')
          .evaluateAll((links) =>
            links.map((link) => ({
              isCurrent: link.getAttribute('aria-current') === 'page',
              edge: getComputedStyle(link).borderBottomColor,
            })),
          );
        const current = tabs.filter(({ isCurrent }) => isCurrent);
        assert.equal(current.length, 1, 'there is one current tab');
        for (const { isCurrent, edge: other } of tabs)
          if (!isCurrent) assert.notEqual(other, current[0].edge, 'the edge of the current tab');
        assert.ok(await stands(page.locator('im-distro-mark span').first()), 'the mark of a distribution');
      },
      { forcedColors: 'active' },
    ),
};

/** Whether it has another ground than the page. @param {import('playwright-core').Locator} part */
function stands(part) {
  return part.evaluate(
    (element) =>
      getComputedStyle(element).backgroundColor !==
      getComputedStyle(document.documentElement).backgroundColor,
  );
}
