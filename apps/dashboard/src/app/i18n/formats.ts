import { computed, inject, Injectable } from '@angular/core';
import { I18n } from './i18n';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const SIZE_UNITS = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'] as const;

/** Sizes, durations, dates and numbers as the chosen language writes them. */
@Injectable({ providedIn: 'root' })
export class Formats {
  private readonly i18n = inject(I18n);
  private readonly locale = this.i18n.locale;

  private readonly dateTimeFormat = computed(
    () => new Intl.DateTimeFormat(this.locale(), { dateStyle: 'medium', timeStyle: 'short' }),
  );
  private readonly dateFormat = computed(
    // A calendar day has no time zone; reading it as UTC keeps it the same day everywhere.
    () => new Intl.DateTimeFormat(this.locale(), { dateStyle: 'medium', timeZone: 'UTC' }),
  );
  private readonly shortDayFormat = computed(
    () => new Intl.DateTimeFormat(this.locale(), { day: 'numeric', month: 'short', timeZone: 'UTC' }),
  );
  private readonly monthFormat = computed(
    () => new Intl.DateTimeFormat(this.locale(), { month: 'short', year: 'numeric', timeZone: 'UTC' }),
  );
  private readonly timeFormat = computed(
    () => new Intl.DateTimeFormat(this.locale(), { timeStyle: 'medium', hourCycle: 'h23' }),
  );
  private readonly relativeFormat = computed(
    () => new Intl.RelativeTimeFormat(this.locale(), { numeric: 'always', style: 'short' }),
  );

  /** By unit, of durations. */
  private readonly unitFormats = computed(() => {
    this.locale();
    return new Map<string, Intl.NumberFormat>();
  });

  private readonly nowFormat = computed(
    () => new Intl.RelativeTimeFormat(this.locale(), { numeric: 'auto' }),
  );

  /** Bytes in decimal units (1 MB = 1,000,000 bytes), three significant digits. */
  readonly size = (bytes: number): string => {
    let value = bytes;
    let unit = 0;
    while (value >= 999.5 && unit < SIZE_UNITS.length - 1) {
      value /= 1000;
      unit++;
    }
    return new Intl.NumberFormat(this.locale(), {
      style: 'unit',
      unit: SIZE_UNITS[unit],
      // The short form of a single one is a word without its plural.
      unitDisplay: unit === 0 ? 'long' : 'short',
      maximumSignificantDigits: 3,
    }).format(value);
  };

  /** Memory as OpenStack counts it: binary megabytes. */
  readonly memory = (mebibytes: number): string =>
    mebibytes >= 1024 && mebibytes % 512 === 0
      ? this.disk(mebibytes / 1024)
      : this.i18n.t('unit.mebibytes', { value: this.number(mebibytes) });

  /** A disk as OpenStack counts it: binary gigabytes. */
  readonly disk = (gibibytes: number): string =>
    this.i18n.t('unit.gibibytes', { value: this.number(gibibytes) });

  /** Milliseconds as the two largest units that matter: `850 ms`, `12s`, `4m 5s`, `2h 10m`, `3d 4h`. */
  readonly duration = (ms: number): string => {
    if (ms < 1000) return this.unit(Math.max(0, Math.round(ms)), 'millisecond');
    const seconds = Math.floor(ms / 1000);
    if (ms < MINUTE) return this.unit(seconds, 'second');
    if (ms < HOUR) return this.pair(Math.floor(ms / MINUTE), 'minute', seconds % 60, 'second');
    if (ms < DAY) return this.pair(Math.floor(ms / HOUR), 'hour', Math.floor(ms / MINUTE) % 60, 'minute');
    return this.pair(Math.floor(ms / DAY), 'day', Math.floor(ms / HOUR) % 24, 'hour');
  };

  /** How long before `now` (milliseconds since the epoch) an ISO time lies. Below a minute: now. */
  readonly ago = (iso: string, now: number): string => this.relative(now - Date.parse(iso), -1);

  /** How long after `now` (milliseconds since the epoch) an ISO time lies. Below a minute, and when past: now. */
  readonly ahead = (iso: string, now: number): string => this.relative(Date.parse(iso) - now, 1);

  /** An ISO time with date, in the browser's time zone. */
  readonly dateTime = (iso: string): string => this.dateTimeFormat().format(Date.parse(iso));

  /** A calendar day, YYYY-MM-DD. */
  readonly date = (day: string): string => this.dateFormat().format(Date.parse(day));

  /** A calendar day of a year that is known from elsewhere. */
  readonly shortDay = (day: string): string => this.shortDayFormat().format(Date.parse(day));

  /** A week by its first day: 20–26 Jul. */
  readonly shortWeek = (day: string): string =>
    this.shortDayFormat().formatRange(Date.parse(day), Date.parse(day) + 6 * DAY);

  /** A week by its first day, with the year. */
  readonly week = (day: string): string =>
    this.dateFormat().formatRange(Date.parse(day), Date.parse(day) + 6 * DAY);

  /** The month of a calendar day. */
  readonly month = (day: string): string => this.monthFormat().format(Date.parse(day));

  /** Time of day with seconds; milliseconds since the epoch. */
  readonly time = (at: number): string => this.timeFormat().format(at);

  readonly number = (value: number): string => new Intl.NumberFormat(this.locale()).format(value);

  /** A share from 0 to 1. Only all of it is 100 %, only none of it is 0 %. */
  readonly percent = (share: number): string => {
    const nearly = share > 0 && share < 0.01;
    const almost = share >= 0.99 && share < 1;
    return new Intl.NumberFormat(this.locale(), {
      style: 'percent',
      maximumFractionDigits: nearly || almost ? 1 : 0,
    }).format(nearly ? Math.max(0.001, share) : almost ? Math.min(0.999, share) : share);
  };

  private relative(ms: number, direction: 1 | -1): string {
    const format = this.relativeFormat();
    if (ms < MINUTE) return this.nowFormat().format(0, 'second');
    if (ms < HOUR) return format.format(direction * Math.floor(ms / MINUTE), 'minute');
    if (ms < DAY) return format.format(direction * Math.floor(ms / HOUR), 'hour');
    return format.format(direction * Math.floor(ms / DAY), 'day');
  }

  private pair(first: number, firstUnit: string, second: number, secondUnit: string): string {
    const head = this.unit(first, firstUnit);
    return second === 0 ? head : `${head} ${this.unit(second, secondUnit)}`;
  }

  /** A figure with a unit that Intl knows, shortest. */
  readonly unit = (value: number, unit: string): string => {
    const known = this.unitFormats();
    // Making one takes a hundred times as long as using it.
    const format =
      known.get(unit) ?? new Intl.NumberFormat(this.locale(), { style: 'unit', unit, unitDisplay: 'narrow' });
    known.set(unit, format);
    return format.format(value);
  };
}
