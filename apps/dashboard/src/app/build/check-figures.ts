import { inject, Injectable } from '@angular/core';
import type { CheckView } from '@image-manager/contracts';
import type { PluralKey } from '../i18n/en';
import { Formats } from '../i18n/formats';
import { I18n } from '../i18n/i18n';

/** What the agent counts, by the word it has for it. */
const COUNTED: Partial<Record<string, PluralKey>> = {
  addresses: 'figure.addresses',
  keys: 'figure.keys',
  leftovers: 'figure.leftovers',
  'name servers': 'figure.nameServers',
  packages: 'build.packages.count',
  passwords: 'figure.passwords',
  units: 'figure.units',
};

/** What checks measured, as the reader's language writes it; words and units of a newer agent stay as they came. */
@Injectable({ providedIn: 'root' })
export class CheckFigures {
  private readonly i18n = inject(I18n);
  private readonly formats = inject(Formats);

  readonly of = ({ figure = '', unit = '' }: Pick<CheckView, 'figure' | 'unit'>): string => {
    const value = Number(figure);
    if (unit === '' || figure === '' || !Number.isFinite(value)) return `${figure} ${unit}`.trim();
    const counted = COUNTED[unit];
    if (counted !== undefined) return this.i18n.tn(counted, value);
    switch (unit) {
      case 's':
        return this.formats.unit(value, 'second');
      case 'ms':
        return this.formats.unit(value, 'millisecond');
      case 'GiB':
        return this.formats.disk(value);
      case 'MiB/s':
        return this.i18n.t('unit.mebibytesPerSecond', { value: this.formats.number(value) });
      case '%':
        return this.formats.percent(value / 100);
      default:
        return `${this.formats.number(value)} ${unit}`;
    }
  };
}
