import assert from 'node:assert/strict';
import { test } from 'node:test';
import { WRITES } from './calls.mjs';
import { killMatrix, sampleOf } from './scenarios.mjs';

const scenarios = killMatrix();
const rows = scenarios.flatMap(({ place }) => place ?? []);

test('each change is struck before and after it', () => {
  for (const call of new Set(Object.values(WRITES).flat())) {
    for (const fault of ['kill -9 before it', 'kill -9 after it']) {
      assert.ok(
        rows.some((row) => row.where === call && row.fault === fault),
        `${call}: ${fault}`,
      );
    }
  }
});

test('no place is struck twice', () => {
  const places = rows.map(({ where, fault }) => `${where}, ${fault}`);
  assert.deepEqual([...new Set(places)], places);
});

test('what each scenario needs comes before it, in the sample, too', () => {
  for (const some of [scenarios, sampleOf(scenarios)]) {
    const names = some.map(({ name }) => name);
    some.forEach(({ needs = [] }, index) => {
      for (const need of needs) assert.ok(names.slice(0, index).includes(need), need);
    });
  }
});

test('the sample compares all lists and makes five strikes', () => {
  const sample = sampleOf(scenarios);
  const comparisons = scenarios.filter(({ place }) => place === undefined);
  assert.equal(sample.length, comparisons.length + 5);
  assert.ok(comparisons.every((scenario) => sample.includes(scenario)));
});
