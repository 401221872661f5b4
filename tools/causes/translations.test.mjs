import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { ROOT } from '../bootstrap/workspace.mjs';
import { reviewedCauses } from './page.mjs';

// These files hold little but an object, which Node reads without its types; the dashboard's compiler checks them.
const texts = (name) =>
  import(pathToFileURL(join(ROOT, 'apps/dashboard/src/app/i18n/texts', `${name}.ts`)).href);
const { causeTitles } = await texts('causes.en');
const { causes } = await texts('causes.ru');

const codes = new Set(
  reviewedCauses()
    .filter(({ chapter }) => chapter !== 'images')
    .map(({ code }) => code.replace(/^CLOUD_/, '')),
);

test('each reviewed code has a title in English, and a title and what to do in Russian', () => {
  for (const code of codes) {
    assert.match(causeTitles[code] ?? '', /^[A-Z]|^(?:qemu-img|disk-image-create|debootstrap) /, code);
    assert.match(causes[code]?.title ?? '', /[а-яё]/, code);
    assert.match(causes[code]?.advice ?? '', /[а-яё].*\.$/, code);
  }
});

test('the languages know the same codes', () => {
  assert.deepEqual(Object.keys(causes).sort(), Object.keys(causeTitles).sort());
});
