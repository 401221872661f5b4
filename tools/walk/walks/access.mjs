import assert from 'node:assert/strict';
import { FIRST_LOAD_BYTES, measureFirstLoad } from '../first-load.mjs';
import { openScreen, visit } from '../visit.mjs';

export const login = {
  name: 'who has no password is asked for it, who has a wrong one sees nothing, who has the right one is in',
  async run({ sandbox, browser }) {
    const { url, credentials } = sandbox;
    const response = await fetch(`${url}/images`);
    assert.equal(response.status, 401);
    assert.match(response.headers.get('www-authenticate') ?? '', /^Basic /);
    const profile = await browser.newContext({ httpCredentials: { ...credentials, password: 'wrong' } });
    const page = await profile.newPage();
    // Chromium gives up after the second 401 for the same credentials.
    const answer = await page.goto(`${url}/images`).catch(() => undefined);
    assert.equal(answer?.status() ?? 401, 401);
    assert.equal(await page.locator('im-shell nav').count(), 0);
    await profile.close();
    await visit({ sandbox, browser }, async (inside) => {
      await openScreen(inside, '/');
      assert.match(inside.url(), /\/images$/);
    });
  },
};

export const firstLoad = {
  name: `the first load takes at most ${FIRST_LOAD_BYTES / 1000} kB over the wire`,
  run: (context) =>
    visit(context, async (page) => {
      const { bytes, requests, laterBytes } = await measureFirstLoad(page);
      assert.ok(bytes > 20_000, `${bytes} bytes were seen`);
      assert.ok(bytes <= FIRST_LOAD_BYTES, `${bytes} bytes`);
      return `${Math.round(bytes / 1000)} kB in ${requests} requests, later ${Math.round(laterBytes / 1000)} kB`;
    }),
};

export const passwordChanged = {
  name: 'a password that was changed meanwhile is told, and how to sign in again',
  run: (context) =>
    visit(
      context,
      async (page) => {
        await openScreen(page, '/images');
        const { sandbox } = context;
        const before = sandbox.environment.HTTP_PASSWORD;
        await sandbox.stopServer('SIGTERM');
        sandbox.environment.HTTP_PASSWORD = 'another-password';
        try {
          await sandbox.startServer();
          await page.getByRole('button', { name: 'Sign in again' }).waitFor();
        } finally {
          await sandbox.stopServer('SIGTERM');
          sandbox.environment.HTTP_PASSWORD = before;
          await sandbox.startServer();
        }
      },
      { expected: /401|Failed to load resource|WebSocket|ERR_/ },
    ),
};
