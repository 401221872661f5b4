import { TestBed } from '@angular/core/testing';
import { I18n } from '../i18n/i18n';
import { CheckFigures } from './check-figures';

describe('CheckFigures', () => {
  it.each([
    ['1', 'keys', '1 key', '1 ключ'],
    ['2', 'units', '2 units', '2 юнита'],
    ['0', 'passwords', '0 passwords', '0 паролей'],
    ['1252', 'packages', '1,252 packages', '1 252 пакета'],
    ['4.7', 'GiB', '4.7 GiB', '4,7 ГиБ'],
    ['118.3', 'MiB/s', '118.3 MiB/s', '118,3 МиБ/с'],
    ['41.2', 's', '41.2s', '41,2 с'],
    ['4', 'ms', '4ms', '4 мс'],
    ['77', '%', '77%', '77 %'],
    ['1.5', 'parsecs', '1.5 parsecs', '1,5 parsecs'],
    ['debian 12', undefined, 'debian 12', 'debian 12'],
    ['unknown', 'keys', 'unknown keys', 'unknown keys'],
    [undefined, undefined, '', ''],
  ])('writes %s %s as %s, in Russian as %s', (figure, unit, english, russian) => {
    const i18n = TestBed.inject(I18n);
    const said = (language: 'en' | 'ru') => {
      i18n.use(language);
      const text = TestBed.inject(CheckFigures).of({ ...(figure && { figure }), ...(unit && { unit }) });
      return text.replace(/[\u00a0\u202f]/g, ' ');
    };
    expect([said('en'), said('ru')]).toEqual([english, russian]);
  });
});
