import assert from 'node:assert/strict';
import { waitUntil } from '../../e2e/scenarios.mjs';
import { SLOW_DISTRO } from '../installation.mjs';
import { buildPage } from '../pages/build-page.mjs';
import { openScreen, visit } from '../visit.mjs';

const PATIENCE = { timeoutMs: 90_000 };
const AWAY = /Failed to load resource|WebSocket|ERR_/;

export const buildAndCancel = {
  name: 'a build is started and watched live without a reload; it is cancelled, and tried again',
  run: (context) =>
    visit(context, async (page) => {
      const { api } = context.sandbox;
      await openScreen(page, '/images');
      await page
        .getByRole('button', { name: /^Build Debian 12(?!.*with options)/ })
        .first()
        .click();
      await page.getByText(/is queued/).waitFor();
      const { id } = await api.createBuild({ distroId: SLOW_DISTRO, dibArguments: [] });
      const build = buildPage(page);
      await build.open(id);
      const before = await waitUntil('the first lines', () => lastDrawn(build), PATIENCE);
      await waitUntil('further lines', async () => (await lastDrawn(build)) > before + 5, PATIENCE);
      await build.cancel.first().click();
      await build.confirm();
      await page.getByText('Cancelled', { exact: true }).first().waitFor();
      await waitUntil('the end', async () => (await api.build(id)).status === 'cancelled', PATIENCE);
      await build.retry.first().click();
      await page.waitForURL((url) => url.pathname !== `/builds/${id}`);
      const next = Number(new URL(page.url()).pathname.split('/').at(-1));
      assert.equal((await api.build(next)).retryOf, id);
      await api.cancelBuild(next);
      await waitUntil('the end', async () => (await api.build(next)).status === 'cancelled', PATIENCE);
    }),
};

export const reconnect = {
  name: 'a server that restarts in the middle is told, and the log goes on without gap or double',
  run: (context) =>
    visit(
      context,
      async (page) => {
        const { sandbox } = context;
        const { id } = await sandbox.api.createBuild({ distroId: SLOW_DISTRO });
        const build = buildPage(page);
        await build.open(id);
        const before = await waitUntil('the first lines', () => lastDrawn(build), PATIENCE);
        await sandbox.stopServer('SIGTERM');
        await page
          .getByText(/Reconnecting|Offline/)
          .first()
          .waitFor();
        await sandbox.startServer();
        await page.getByText('Live', { exact: true }).first().waitFor();
        await waitUntil('further lines', async () => (await lastDrawn(build)) > before + 20, PATIENCE);
        const drawn = await build.drawnLines();
        const expected = drawn.map((_, index) => drawn[0] + index);
        assert.deepEqual(drawn, expected);
        await sandbox.api.cancelBuild(id);
        await waitUntil(
          'the end',
          async () => (await sandbox.api.build(id)).status === 'cancelled',
          PATIENCE,
        );
      },
      { expected: AWAY },
    ),
};

export const failedBuild = {
  name: 'a failed build says why and what to do, and a link to a line opens at it',
  run: (context) =>
    visit(context, async (page) => {
      const { failed } = context.history.shown;
      const { cause } = await context.sandbox.api.build(failed);
      const build = buildPage(page);
      await build.open(failed);
      await page.getByText(cause.message).first().waitFor();
      await page.getByText(cause.advice).first().waitFor();
      await build.open(failed, '#L4321');
      await page.reload();
      await waitUntil('line 4321', async () => (await build.drawnLines()).includes(4321), PATIENCE);
      const box = await build.log.locator('a[href$="#L4321"]').boundingBox();
      const frame = await build.log.boundingBox();
      assert.ok(box && frame && box.y >= frame.y && box.y < frame.y + frame.height, 'it is in sight');
    }),
};

async function lastDrawn(build) {
  return (await build.drawnLines()).at(-1);
}
