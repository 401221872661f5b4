import assert from 'node:assert/strict';
import { test } from 'node:test';
import { selectScenarios } from './scenarios.mjs';

const SCENARIOS = [
  { name: 'an image is built' },
  { name: 'a server starts' },
  { name: 'its tree is taken', needs: ['an image is built'] },
  { name: 'a build is killed', needs: ['its tree is taken', 'a server starts'] },
  { name: 'an agent is silent', needs: ['its tree is taken'] },
];
const names = (scenarios) => scenarios.map(({ name }) => name);

test('without a wish every scenario runs', () => {
  assert.deepEqual(selectScenarios(SCENARIOS, []), SCENARIOS);
});

test('those whose names hold a word run, after what they need, in the usual order', () => {
  assert.deepEqual(names(selectScenarios(SCENARIOS, ['KILLED'])), names(SCENARIOS.slice(0, 4)));
});

test('a word that no name holds is refused', () => {
  assert.throws(() => selectScenarios(SCENARIOS, ['nonsense']), { name: 'Refusal', message: /nonsense/ });
});
