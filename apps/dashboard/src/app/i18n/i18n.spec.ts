import { TestBed } from '@angular/core/testing';
import {
  ACCELERATOR_FINDINGS,
  DEFINITION_PROBLEM_CODES,
  DELETION_CODES,
  FIELD_KINDS,
  LEAK_REASONS,
  RETENTION_CODES,
} from '@image-manager/contracts';
import { en } from './en';
import { I18n } from './i18n';
import { ru } from './ru';

const placeholders = (text: string) => (text.match(/\{\w+\}/g) ?? []).sort();
const texts = (list: object) => Object.entries(list) as [string, string][];

describe('translations', () => {
  it('have the same keys in both languages', () => {
    expect(Object.keys(ru.text).sort()).toEqual(Object.keys(en.text).sort());
    expect(Object.keys(ru.plural).sort()).toEqual(Object.keys(en.plural).sort());
  });

  it.each([
    ...ACCELERATOR_FINDINGS.map((code) => `accelerator.${code}`),
    ...LEAK_REASONS.map((code) => `leaks.reason.${code}`),
    ...DELETION_CODES.map((code) => `deletion.${code}`),
    ...RETENTION_CODES.map((code) => `retention.code.${code}`),
    ...FIELD_KINDS.map((kind) => `definition.kind.${kind}`),
    ...DEFINITION_PROBLEM_CODES.filter((code) => code !== 'OTHER' && code !== 'NOT_YAML').map(
      (code) => `definition.${code}`,
    ),
  ])('have %s, which the API has a code for', (key) => {
    expect(en.text).toHaveProperty([key]);
    expect(ru.text).toHaveProperty([key]);
  });

  it.each(texts(en.text))('%s has the same placeholders in both languages', (key, text) => {
    expect(placeholders(ru.text[key as keyof typeof en.text])).toEqual(placeholders(text));
  });

  it('are Russian in Russian, but for names that stay', () => {
    const names = [
      'stands.kind.openstack',
      ...['qemu', 'authUrl', 'glance', 'nova'].map((name) => `stands.detail.${name}`),
      'fault.us',
      'build.timing.initrd',
      'build.timing.cloudInit',
    ];
    const untranslated = texts(ru.text).filter(
      ([key, text]) => !/[а-яё]/i.test(text) && !names.includes(key),
    );
    expect(untranslated).toEqual([]);
  });
});

describe('I18n', () => {
  it('chooses the plural form that the language asks for', () => {
    const i18n = TestBed.inject(I18n);
    i18n.use('ru');
    expect([1, 2, 5, 21, 112].map((count) => i18n.tn('log.new', count))).toEqual([
      '1 новая строка',
      '2 новые строки',
      '5 новых строк',
      '21 новая строка',
      '112 новых строк',
    ]);
    expect(i18n.tn('log.new', 1234)).toBe('1\u00a0234 новые строки');
    i18n.use('en');
    expect([1, 2].map((count) => i18n.tn('log.new', count))).toEqual(['1 new line', '2 new lines']);
  });

  it('says in Russian when a build was queued so that it is true of one that ended too', () => {
    const i18n = TestBed.inject(I18n);
    i18n.use('ru');
    expect(i18n.t('build.queuedAt', { time: '21 нояб.' })).toBe('поставлена в очередь 21 нояб.');
    expect(i18n.t('column.started')).toBe('Поставлена в очередь');
  });

  it('follows the choice that was made in another tab', () => {
    const i18n = TestBed.inject(I18n);
    i18n.use('en');
    const change = (key: string | null) => {
      localStorage.setItem('image-manager.language', 'ru');
      window.dispatchEvent(new StorageEvent('storage', { key }));
      return i18n.language();
    };
    expect(change('image-manager.theme')).toBe('en');
    expect(change('image-manager.language')).toBe('ru');
    i18n.use('en');
    expect(change(null)).toBe('ru');
  });

  it('fills placeholders and remembers the language', () => {
    const i18n = TestBed.inject(I18n);
    i18n.use('ru');
    expect(i18n.t('build.title', { id: 12 })).toBe('Сборка 12');
    expect(localStorage.getItem('image-manager.language')).toBe('ru');
    TestBed.resetTestingModule();
    expect(TestBed.inject(I18n).language()).toBe('ru');
  });
});
