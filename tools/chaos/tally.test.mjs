import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Tally } from './tally.mjs';

test('counts strikes by kind and by where they met the build', () => {
  const tally = new Tally();
  for (const [name, place] of [
    ['kill -9', 'upload'],
    ['kill -9', 'upload'],
    ['cancel', 'over'],
    ['kill -9', 'boot'],
  ]) {
    tally.add({ name, place });
  }
  assert.deepEqual(
    tally.lines().map((line) => line.split(/ {2,}/)),
    [
      [
        'strikes',
        'queued',
        'build',
        'upload',
        'boot',
        'test',
        'promote',
        'cleanup',
        'between',
        'over',
        'all',
      ],
      ['cancel', '0', '0', '0', '0', '0', '0', '0', '0', '1', '1'],
      ['kill -9', '0', '0', '2', '1', '0', '0', '0', '0', '0', '3'],
      ['all', '0', '0', '2', '1', '0', '0', '0', '0', '1', '4'],
    ],
  );
});

test('knows each place that a build can be in', () => {
  assert.throws(() => new Tally().add({ name: 'cancel', place: 'nowhere' }), /no place nowhere/);
});
