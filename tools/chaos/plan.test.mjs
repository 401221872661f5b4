import assert from 'node:assert/strict';
import { test } from 'node:test';
import { STAGE_NAMES } from '@image-manager/contracts';
import { planRun } from './plan.mjs';
import { STRIKES } from './strikes.mjs';

const plans = (/** @type {number} */ seed) => Array.from({ length: 200 }, (_, run) => planRun(seed, run + 1));

test('a seed gives the same strikes again, and another seed gives others', () => {
  assert.deepEqual(plans(11), plans(11));
  assert.notDeepEqual(plans(11), plans(12));
  assert.deepEqual(planRun(11, 150), plans(11)[149]);
});

test('two hundred runs bring every kind of strike to every stage, early and late', () => {
  const strikes = plans(1).flatMap((plan) => plan.strikes);
  const names = new Set(strikes.map(({ strike }) => strike.name));
  assert.deepEqual([...names].sort(), STRIKES.map(({ name }) => name).sort());
  for (const stage of STAGE_NAMES) {
    const moments = strikes.filter((strike) => strike.stage === stage).map(({ afterMs }) => afterMs);
    assert.ok(Math.min(...moments) < 20 && Math.max(...moments) > 500, `${stage}: ${moments.join(', ')}`);
  }
});
