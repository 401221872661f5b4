import assert from 'node:assert/strict';
import { shell } from '../pages/shell.mjs';
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

export const screenNotLoaded = {
  name: 'a screen whose code does not come is told, and tried again from there',
  run: (context) =>
    visit(
      context,
      async (page) => {
        const { go, heading, notice } = shell(page);
        let isAway = false;
        // Other screens are fetched in advance once this one has its data.
        await page.route('**/api/distros', (route) => isAway && route.continue());
        await page.route('**/*.js', (route) => (isAway ? route.abort() : route.continue()));
        await page.goto('/images');
        await heading('Images').waitFor();
        isAway = true;
        await go('Statistics');
        await notice(/This screen could not be loaded/).waitFor();
        isAway = false;
        await page.locator('im-notices').getByRole('button', { name: 'Try again' }).click();
        await heading('Statistics').waitFor();
        assert.match(page.url(), /\/statistics$/);
      },
      { expected: /Failed to load resource|Failed to fetch dynamically imported module/ },
    ),
};

export const serverAway = {
  name: 'a server that is away is told, and the screen comes back by itself',
  run: (context) =>
    visit(
      context,
      async (page) => {
        const { sandbox } = context;
        const { go, heading } = shell(page);
        await openScreen(page, '/stands');
        await go('Images');
        await heading('Images').waitFor();
        await sandbox.stopServer('SIGTERM');
        const told = page.getByText('The server cannot be reached').first();
        try {
          await go('Stands');
          await told.waitFor();
        } finally {
          await sandbox.startServer();
        }
        await told.waitFor({ state: 'hidden' });
        await page.getByRole('heading', { level: 2, name: 'local', exact: true }).waitFor();
      },
      { expected: AWAY },
    ),
};
