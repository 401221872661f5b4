import assert from 'node:assert/strict';
import { buildPage } from '../pages/build-page.mjs';
import { openScreen, visit } from '../visit.mjs';

const AWAY = /Failed to load resource|WebSocket|ERR_/;

/** A build's page scrolls in its parts, not as a whole: what stands above the log must not push its end out of the window. */
export const logInWindow = {
  name: 'the log of a build ends inside the window, also below the bar that says that the server is away',
  run: (context) =>
    visit(
      context,
      async (page) => {
        const line = await cuttable(page);
        for (const name of ['build-failed', 'build-check-failed', 'build-partial']) {
          await openScreen(page, context.screens[name]);
          await endsInWindow(page, name);
          line.cut();
          await page.getByText(/^No connection since/).waitFor();
          await endsInWindow(page, `${name} while the server is away`);
          line.mend();
        }
      },
      { expected: AWAY },
    ),
};

/** The live connection, which can be cut and mended while the server goes on for the other walks. */
async function cuttable(page) {
  const open = new Set();
  let isCut = false;
  await page.routeWebSocket(/socket\.io/, (socket) => {
    if (isCut) {
      socket.close();
      return;
    }
    socket.connectToServer();
    open.add(socket);
  });
  await page.route(/socket\.io/, (route) => (isCut ? route.abort() : route.continue()));
  return {
    cut() {
      isCut = true;
      for (const socket of open) socket.close();
      open.clear();
    },
    mend() {
      isCut = false;
    },
  };
}

async function endsInWindow(page, what) {
  const { log } = buildPage(page);
  const { height } = page.viewportSize();
  const box = await log.boundingBox();
  assert.ok(box.height >= 100, `${what}: the log is ${box.height} pixels high`);
  assert.ok(
    box.y + box.height <= height,
    `${what}: the log ends at ${box.y + box.height} of ${height} pixels`,
  );
  assert.ok(
    await page.evaluate(() => document.documentElement.scrollHeight <= window.innerHeight),
    `${what}: the page as a whole does not scroll`,
  );
}
