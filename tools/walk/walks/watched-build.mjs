/// <reference lib="dom" />
import assert from 'node:assert/strict';
import { SLOW_DISTRO } from '../installation.mjs';
import { buildPage } from '../pages/build-page.mjs';
import { visit } from '../visit.mjs';

const WORDS = {
  en: { watch: 'Tell me when it ends', build: 'Build', cancelled: 'Cancelled' },
  ru: { watch: 'Сообщить о завершении', build: 'Сборка', cancelled: 'Отменено' },
};

export const watchedBuild = {
  name: 'who watches a build and looks elsewhere is told on the desktop and in the title that it ended',
  async run(context) {
    for (const language of ['en', 'ru']) await watchUntilItEnds(context, language);
  },
};

function watchUntilItEnds(context, language) {
  const { api, url } = context.sandbox;
  const words = WORDS[language];
  return visit(
    context,
    async (page) => {
      await page.context().grantPermissions(['notifications'], { origin: url });
      await page.addInitScript(recordNotifications);
      const { id } = await api.createBuild({ distroId: SLOW_DISTRO });
      const build = buildPage(page);
      await build.open(id);
      await build.firstLines();
      await page.getByRole('button', { name: words.watch }).click();
      await page.evaluate(lookElsewhere, true);
      await api.cancelBuild(id);
      await page.waitForFunction(() => globalThis.shownNotifications.length > 0);
      const title = `${words.build} ${id}: ${words.cancelled}`;
      assert.deepEqual(await page.evaluate(() => globalThis.shownNotifications), [
        { title, body: SLOW_DISTRO, tag: `image-manager build ${id}`, permission: 'granted' },
      ]);
      await page.waitForFunction(() => document.title.startsWith('✗ '));
      await page.evaluate(lookElsewhere, false);
      await page.waitForFunction(() => !document.title.startsWith('✗ '));
    },
    { language },
  );
}

/** Runs in the page before it does: keeps what the browser is given to show, and lets it show that. */
function recordNotifications() {
  globalThis.shownNotifications = [];
  globalThis.Notification = class extends Notification {
    constructor(title, options) {
      super(title, options);
      const { body, tag } = this;
      globalThis.shownNotifications.push({
        title: this.title,
        body,
        tag,
        permission: Notification.permission,
      });
    }
  };
}

/** Runs in the page: a headless browser hides none of its pages, so that the page is told it is hidden. */
function lookElsewhere(away) {
  Object.defineProperty(document, 'hidden', { configurable: true, get: () => away });
  Object.defineProperty(document, 'visibilityState', {
    configurable: true,
    get: () => (away ? 'hidden' : 'visible'),
  });
  document.dispatchEvent(new Event('visibilitychange'));
}
