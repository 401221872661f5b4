import assert from 'node:assert/strict';
import { waitUntil } from '../../e2e/scenarios.mjs';
import { SLOW_DISTRO, TALKATIVE } from '../installation.mjs';
import { buildPage } from '../pages/build-page.mjs';
import { imagesPage } from '../pages/images-page.mjs';
import { shell } from '../pages/shell.mjs';
import { visit } from '../visit.mjs';

const PATIENCE = { timeoutMs: 90_000 };
const AWAY = /Failed to load resource|WebSocket|ERR_/;

export const buildAndCancel = {
  name: 'a build is started and watched live without a reload; it is cancelled, and tried again',
  run: (context) =>
    visit(context, async (page) => {
      const { api } = context.sandbox;
      const slow = (await api.distros()).find(({ id }) => id === SLOW_DISTRO).definition.displayName;
      const images = imagesPage(page);
      const build = buildPage(page);
      const { notice, openNotice } = shell(page);
      await images.open();
      await images.build(slow).click();
      await notice(/is queued/).waitFor();
      await images.watch(slow).waitFor();
      await openNotice();
      await build.linesAfter(await build.firstLines(), 5);
      const id = build.id();
      await build.cancel();
      await build.hasEnded('Cancelled');
      await isCancelled(api, id);
      await build.retry();
      const next = build.id();
      assert.equal((await api.build(next)).retryOf, id);
      await api.cancelBuild(next);
      await isCancelled(api, next);
    }),
};

export const reconnect = {
  name: 'a server that restarts in the middle is told, and the log goes on without gap or double',
  run: (context) =>
    visit(
      context,
      async (page) => {
        const { sandbox } = context;
        const { id } = await sandbox.api.createBuild({ distroId: 'debian-12', dibArguments: [TALKATIVE] });
        const build = buildPage(page);
        const { connection } = shell(page);
        await build.open(id);
        const before = await build.firstLines();
        await sandbox.stopServer('SIGTERM');
        await connection(/Reconnecting|Offline/);
        await sandbox.startServer();
        await connection('Live');
        await build.linesAfter(before, 20);
        const drawn = await build.drawnLines();
        assert.deepEqual(
          drawn,
          drawn.map((_, index) => drawn[0] + index),
        );
        await sandbox.api.cancelBuild(id);
        await isCancelled(sandbox.api, id);
      },
      { expected: AWAY },
    ),
};

function isCancelled(api, id) {
  return waitUntil('the end', async () => (await api.build(id)).status === 'cancelled', PATIENCE);
}
