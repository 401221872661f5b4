import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { ROOT } from '../bootstrap/workspace.mjs';
import { mutate, MUTATIONS } from './mutations.mjs';

for (const name of /** @type {(keyof typeof MUTATIONS)[]} */ (Object.keys(MUTATIONS))) {
  test(`the mutation ${name} fits the source as it is today`, () => {
    const source = readFileSync(join(ROOT, 'apps/api/src', `${MUTATIONS[name].file}.ts`), 'utf8');
    assert.notEqual(mutate(name, source), source);
  });
}
