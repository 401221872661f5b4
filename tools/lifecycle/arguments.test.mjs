import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseArguments } from './arguments.mjs';

describe('the lifecycle command line', () => {
  it('takes a definition, packages and an artifact', () => {
    assert.deepEqual(
      parseArguments(['debian-12', '--package', 'vim', '--package', 'jq', '--artifact-of', '3', '--json']),
      {
        help: false,
        json: true,
        distroId: 'debian-12',
        packages: ['vim', 'jq'],
        dibArguments: [],
        artifactOf: 3,
      },
    );
  });

  for (const argv of [
    [],
    ['a', 'b'],
    ['a', '--nope'],
    ['a', '--artifact-of', '0'],
    ['a', '--artifact-of', '1x'],
    ['a', '--package'],
  ]) {
    it(`refuses ${JSON.stringify(argv)} with status 2 in one line`, () => {
      assert.throws(
        () => parseArguments(argv),
        (/** @type {any} */ error) => error.exitStatus === 2 && !error.message.includes('\n'),
      );
    });
  }
});
