import assert from 'node:assert/strict';
import { test } from 'node:test';
import { countTests } from './count-tests.mjs';

test('each failed test and each failed walk counts', () => {
  const log = [
    '\u001b[1mTests:       \u001b[22m\u001b[31m2 failed\u001b[39m, 1 skipped, \u001b[32m30 passed\u001b[39m, 33 total',
    'api: Tests:       4 passed, 4 total',
    'tools: ℹ pass 7',
    'tools: ℹ fail 1',
    'FAIL  a walk (3.1 s): Error: not within 45 s',
    '10 passed, 3 failed',
    '',
  ].join('\n');
  assert.deepEqual(countTests(log), { passed: 51, failed: 6 });
});

test('what tells of no tests counts as none', () => {
  assert.deepEqual(countTests('All matched files use Prettier code style!'), { passed: 0, failed: 0 });
});
