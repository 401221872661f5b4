import assert from 'node:assert/strict';
import { join, relative } from 'node:path';
import { describe, it } from 'node:test';
import { ROOT } from '../bootstrap/workspace.mjs';
import { literalTexts, templatesIn } from './template-texts.mjs';

const APP = join(ROOT, 'apps/dashboard/src/app');

describe('templates of the dashboard', () => {
  it('hold no text of their own: each comes from the dictionaries, or is marked as a name', () => {
    const all = templatesIn(APP);
    assert.ok(all.length > 20, `${all.length} templates were found`);
    const literal = all.flatMap(({ path, template }) =>
      literalTexts(template, path).map((text) => `${relative(APP, path)}: ${text}`),
    );
    assert.deepEqual(literal, []);
  });

  it('are seen through', () => {
    const template = '@if (a) {<p title="Here">{{ t("a") }} and <b translate="no">Glance</b></p>}';
    assert.deepEqual(literalTexts(template, 'made-up.html'), ['Here', 'and']);
  });
});
