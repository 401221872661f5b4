import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { describeOutcome, exitStatusOf, toJson } from './outcome.mjs';

const failed = {
  id: 4,
  distroId: 'debian-12',
  status: 'failed',
  stages: [],
  checks: [],
  images: [
    {
      id: 'abc',
      cloud: 'local',
      name: 'x',
      state: 'rejected',
      checksum: { algorithm: 'sha512', value: '12' },
      hidden: true,
    },
  ],
  artifact: { sha512: '12' },
  cause: {
    code: 'REQUIRED_CHECK_FAILED',
    stage: 'test',
    cloud: 'local',
    message: 'disk.root-grown failed.',
    advice: 'Look at growpart.',
  },
};
const calm = { first: new AbortController().signal, exitStatus: () => 0 };

describe('the outcome of a build', () => {
  it('gives the cause and the advice in one line', () => {
    assert.deepEqual(describeOutcome({ build: failed }, 'http://x'), [
      'Build 4 of debian-12 ended failed: REQUIRED_CHECK_FAILED in test (local): disk.root-grown failed. Look at growpart.',
    ]);
  });

  it('is status 1 for everything but promoted', () => {
    assert.equal(exitStatusOf({ build: failed }, calm), 1);
    assert.equal(exitStatusOf({ build: { ...failed, status: 'partial' } }, calm), 1);
    assert.equal(exitStatusOf({ build: { ...failed, status: 'cancelled' } }, calm), 1);
    assert.equal(exitStatusOf({ build: { ...failed, status: 'succeeded' } }, calm), 0);
  });

  it('lists checksums of artifact and images', () => {
    assert.deepEqual(toJson({ build: failed }).checksums, { artifact: '12', images: { abc: '12' } });
  });
});
