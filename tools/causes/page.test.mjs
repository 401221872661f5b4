import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { PAGE, renderPage } from './page.mjs';

test('docs/causes.md shows the sentences that the tests compare with; else: npm run docs:causes', async () => {
  assert.equal(readFileSync(PAGE, 'utf8'), await renderPage());
});
