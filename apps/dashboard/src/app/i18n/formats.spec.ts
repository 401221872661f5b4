import { TestBed } from '@angular/core/testing';
import { Formats } from './formats';
import { I18n, localeFor } from './i18n';

/** Intl separates with kinds of spaces that differ between versions. */
const plain = (text: string) => text.replace(/[\u00a0\u202f]/g, ' ');

describe('Formats', () => {
  let formats: Formats;
  let i18n: I18n;

  beforeEach(() => {
    i18n = TestBed.inject(I18n);
    formats = TestBed.inject(Formats);
    i18n.use('en');
  });

  it.each([
    [0, '0 bytes'],
    [999, '999 bytes'],
    [1000, '1 kB'],
    [354_123_776, '354 MB'],
    [999_700_000, '1 GB'],
    [1_868_562_432, '1.87 GB'],
  ])('writes %d bytes as %s', (bytes, text) => {
    expect(plain(formats.size(bytes))).toBe(text);
  });

  it.each([
    [0, '0ms'],
    [850, '850ms'],
    [12_999, '12s'],
    [60_000, '1m'],
    [245_000, '4m 5s'],
    [7_800_000, '2h 10m'],
    [273_600_000, '3d 4h'],
  ])('writes %d ms as %s', (ms, text) => {
    expect(plain(formats.duration(ms))).toBe(text);
  });

  it('says how long ago a time was', () => {
    const now = Date.parse('2026-11-22T12:00:00Z');
    expect(formats.ago('2026-11-22T11:59:40Z', now)).toBe('now');
    expect(plain(formats.ago('2026-11-22T11:15:00Z', now))).toBe('45 min. ago');
    expect(plain(formats.ago('2026-11-20T12:00:00Z', now))).toBe('2 days ago');
    // Clocks differ: a time that lies ahead is no negative age.
    expect(formats.ago('2026-11-22T12:00:30Z', now)).toBe('now');
  });

  it('says how far ahead a time is', () => {
    const now = Date.parse('2026-11-22T12:00:00Z');
    expect(plain(formats.ahead('2026-11-22T15:30:00Z', now))).toBe('in 3 hr.');
    expect(formats.ahead('2026-11-22T11:00:00Z', now)).toBe('now');
  });

  it('writes memory in binary units', () => {
    expect(plain(formats.memory(1536))).toBe('1.5 GiB');
    expect(plain(formats.memory(700))).toBe('700 MiB');
  });

  it('writes dates as the kind of English that the browser speaks', () => {
    const browser = jest.spyOn(navigator, 'language', 'get').mockReturnValue('en-GB');
    const british = TestBed.runInInjectionContext(() => new Formats());
    expect(british.date('2028-06-30')).toBe('30 Jun 2028');
    expect(british.dateTime('2028-06-30T21:05:00')).toBe('30 Jun 2028, 21:05');
    browser.mockRestore();
    expect(['en-GB', 'en', 'ru-RU', 'en-US@posix'].map((name) => localeFor('en', name))).toEqual([
      'en-GB',
      'en',
      'en',
      'en',
    ]);
  });

  it('follows the language', () => {
    i18n.use('ru');
    expect(plain(formats.memory(1536))).toBe('1,5 ГиБ');
    expect(plain(formats.size(1_868_562_432))).toBe('1,87 ГБ');
    expect(plain(formats.duration(245_000))).toBe('4 мин 5 с');
    expect([0.42, 0, 0.0001, 0.004, 0.995, 0.99999, 1].map((share) => plain(formats.percent(share)))).toEqual(['42 %', '0 %', '0,1 %', '0,4 %', '99,5 %', '99,9 %', '100 %']); // prettier-ignore
    expect(plain(formats.date('2028-06-30'))).toBe('30 июн. 2028 г.');
  });
});
