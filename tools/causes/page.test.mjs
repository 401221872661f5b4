import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { PAGE, renderPage, reviewedCauses } from './page.mjs';

test('docs/causes.md shows the sentences that the tests compare with; else: npm run docs:causes', async () => {
  assert.equal(readFileSync(PAGE, 'utf8'), await renderPage());
});

test('the list is of thirty failures at least, each with what to do', () => {
  const rows = reviewedCauses();
  assert.ok(rows.length >= 30);
  assert.equal(new Set(rows.map(({ failure }) => failure)).size, rows.length);
  for (const { failure, chapter, message, advice } of rows) {
    assert.ok(message.length > 20, failure);
    // A refused request says it in the same sentence.
    assert.ok(chapter === 'images' || advice.length > 20, failure);
  }
});
