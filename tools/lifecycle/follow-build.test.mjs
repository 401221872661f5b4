import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { createApiClient } from './api-client.mjs';
import { checkRequest } from './check-request.mjs';
import { followBuild } from './follow-build.mjs';
import { exitStatusOf } from './outcome.mjs';
import { startFakeApi } from './testing/fake-api.mjs';

function createRecorder() {
  const record = { lines: [], said: [] };
  return {
    record,
    screen: {
      line: ({ text }) => record.lines.push(text),
      say: (text) => record.said.push(text),
      stage: () => {},
      build: () => {},
      close: () => {},
    },
  };
}

function interruptsOf(first = new AbortController(), second = new AbortController()) {
  return { first: first.signal, second: second.signal, exitStatus: () => 130 };
}

async function until(condition) {
  for (let turn = 0; turn < 200; turn++) {
    if (condition()) return;
    await sleep(20);
  }
  assert.fail('it did not happen within 4 s');
}

describe('following a build', () => {
  let fake;
  let api;
  before(async () => {
    fake = await startFakeApi();
    api = createApiClient(fake.url, { username: 'admin', password: 'secret' });
  });
  after(() => fake.close());

  it('shows every line once, in order, across a lost connection and lost events', async () => {
    const { record, screen } = createRecorder();
    fake.log(['one', 'two']);
    const followed = followBuild(api, await api.createBuild({ distroId: 'debian-12' }), {
      screen,
      interrupts: interruptsOf(),
    });
    await until(() => record.lines.length === 2);
    fake.breakConnections();
    fake.log(['three'], { lost: true });
    await until(() => fake.requests.includes('subscribe 3') && record.lines.length === 3);
    fake.log(['four'], { lost: true });
    fake.finish('succeeded');

    const outcome = await followed;
    assert.deepEqual(record.lines, ['one', 'two', 'three', 'four']);
    assert.equal(exitStatusOf(outcome, interruptsOf()), 0);
  });

  it('cancels at the first interrupt and ends when the build is over', async () => {
    fake.build.status = 'running';
    const { screen } = createRecorder();
    const first = new AbortController();
    const before = fake.requests.length;
    const followed = followBuild(api, { ...fake.build }, { screen, interrupts: interruptsOf(first) });
    await until(() => fake.requests.length > before);
    first.abort();

    const outcome = await followed;
    assert.ok(fake.requests.includes('POST /api/builds/7/cancel'));
    assert.equal(outcome.build.status, 'cancelled');
    assert.equal(exitStatusOf(outcome, interruptsOf(first)), 130);
  });

  it('leaves the build to the server at the second interrupt', async () => {
    fake.build.status = 'running';
    const { screen } = createRecorder();
    const second = new AbortController();
    const followed = followBuild(
      api,
      { ...fake.build },
      { screen, interrupts: interruptsOf(undefined, second) },
    );
    second.abort();
    assert.equal((await followed).left, true);
  });

  it('refuses an unknown or broken definition with what there is', async () => {
    await assert.rejects(checkRequest(api, { distroId: 'beos' }), {
      message: 'There is no image definition beos; there are: debian-12, broken.',
      exitStatus: 2,
    });
    await assert.rejects(checkRequest(api, { distroId: 'broken' }), {
      message: /broken\.yaml:3: release is missing/,
    });
  });

  it('says which variables are wrong when the credentials are', async () => {
    const stranger = createApiClient(fake.url, { username: 'admin', password: 'wrong' });
    await assert.rejects(stranger.distros(), { message: /HTTP_USERNAME and HTTP_PASSWORD/ });
  });
});
