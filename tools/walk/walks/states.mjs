/// <reference lib="dom" />
import assert from 'node:assert/strict';
import { createInstallation } from '../installation.mjs';
import { openScreen, visit } from '../visit.mjs';

const AWAY = /Failed to load resource|WebSocket|ERR_/;

export const cloudUnreachable = {
  name: 'a cloud that cannot be reached is shown with the reason, beside those that can',
  run: (context) =>
    visit(context, async (page) => {
      await openScreen(page, '/stands');
      const { api } = context.sandbox;
      const edge = (await api.clouds()).find(({ name }) => name === 'edge');
      assert.equal(edge.reachable, false);
      await page.getByText(edge.problem.message).first().waitFor();
      await page.getByText(edge.problem.advice).first().waitFor();
      await page.getByText('lab', { exact: true }).first().waitFor();
    }),
};

export const brokenDefinition = {
  name: 'a broken definition shows file, line, field and reason, and has no button to build it',
  run: (context) =>
    visit(context, async (page) => {
      await openScreen(page, '/images');
      await page.getByText('This definition cannot be used').first().waitFor();
      await page
        .getByText(/debian-14\.yaml/)
        .first()
        .waitFor();
      await page.getByText('retention.keep').first().waitFor();
      assert.equal(await page.getByRole('button', { name: /^Build debian-14/ }).count(), 0);
    }),
};

export const serverAway = {
  name: 'a server that is away is told, and the screen comes back by itself',
  run: (context) =>
    visit(
      context,
      async (page) => {
        const { sandbox, history } = context;
        await openScreen(page, '/images');
        await sandbox.stopServer('SIGTERM');
        try {
          await page.getByRole('navigation').getByRole('link', { name: 'Statistics' }).click();
          await page.getByText('The server cannot be reached').first().waitFor();
        } finally {
          await sandbox.startServer();
        }
        await page.getByText('The server cannot be reached').first().waitFor({ state: 'hidden' });
        await page
          .getByRole('link', { name: new RegExp(String(history.total)) })
          .first()
          .waitFor();
      },
      { expected: AWAY },
    ),
};

export const emptyStorage = {
  name: 'an installation that has built nothing yet says what to do first',
  async run({ browser }) {
    const { sandbox } = await createInstallation({ fresh: true });
    try {
      await sandbox.startServer();
      await visit({ sandbox, browser }, async (page) => {
        await openScreen(page, '/images');
        await page
          .getByText(/Never built/)
          .first()
          .waitFor();
        await openScreen(page, '/statistics');
        assert.equal(await page.locator('main a[href*="/builds/"]').count(), 0);
        await openScreen(page, '/stands');
      });
    } finally {
      await sandbox.remove();
    }
  },
};

export const remembered = {
  name: 'language and theme are switched at once and remembered',
  run: (context) =>
    visit(context, async (page) => {
      await openScreen(page, '/images');
      await page.evaluate(() => {
        localStorage.setItem('image-manager.language', 'ru');
        localStorage.setItem('image-manager.theme', 'dark');
      });
      await page.reload();
      await page.getByRole('heading', { level: 1, name: 'Образы' }).waitFor();
      const root = await page.evaluate(() => ({
        language: document.documentElement.lang,
        theme: document.documentElement.dataset.theme,
        ground: getComputedStyle(document.body).backgroundColor,
      }));
      assert.equal(root.language, 'ru');
      assert.equal(root.theme, 'dark');
      assert.ok(lightness(root.ground) < 80, root.ground);
    }),
};

function lightness(color) {
  const [red, green, blue] = color.match(/[\d.]+/g).map(Number);
  return (red + green + blue) / 3;
}
