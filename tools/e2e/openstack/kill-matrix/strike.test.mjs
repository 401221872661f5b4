import assert from 'node:assert/strict';
import { test } from 'node:test';
import { failedBuildFlow, rollbackFlow, strike } from './strike.mjs';

const CAUSES = [
  { stage: 'test', cause: { message: 'A required check failed' } },
  { stage: 'cleanup', cause: { message: 'Image i is in use by server s' } },
];

/** An installation whose builds are over at once. */
function installation({ status, images = [] }) {
  const api = {
    createBuild: () => {
      images.push({ id: 'made', state: 'retired' });
      return Promise.resolve({ id: 8 });
    },
    build: () => Promise.resolve({ id: 8, status, stages: status === 'failed' ? CAUSES : [] }),
    images: () => Promise.resolve(images),
  };
  const proxy = { hold: () => new Promise(() => undefined), letGo: () => undefined };
  return /** @type {any} */ ({
    name: 'Debian 12',
    sandbox: { api, proxy },
    cloud: { shown: () => Promise.resolve(['the current image']) },
    agents: { wrongSystem: false },
  });
}

test('guests are right again after a strike that failed, and it says what each stage came to', async () => {
  const context = installation({ status: 'failed' });
  await assert.rejects(
    strike(context, failedBuildFlow, 'Glance DELETE /images/*', 'after'),
    /build 8 is failed and did not call Glance DELETE \/images\/\*\n {4}test: A required check failed\n {4}cleanup: Image i is in use/,
  );
  assert.equal(context.agents.wrongSystem, false);
});

test('a rollback has a target, also where no earlier row left one', async () => {
  const context = installation({ status: 'succeeded' });
  await rollbackFlow.prepare(context);
  assert.deepEqual(await context.sandbox.api.images(), [{ id: 'made', state: 'retired' }]);
  await rollbackFlow.prepare(context);
  assert.equal((await context.sandbox.api.images()).length, 1);
});
