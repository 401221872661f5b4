import assert from 'node:assert/strict';
import { test } from 'node:test';
import { causeTitles } from '../../apps/dashboard/src/app/i18n/texts/causes.en.ts';
import { causes } from '../../apps/dashboard/src/app/i18n/texts/causes.ru.ts';
import { reviewedCauses } from './page.mjs';

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
