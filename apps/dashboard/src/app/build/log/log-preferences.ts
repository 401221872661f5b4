import { Injectable, signal } from '@angular/core';
import { remember, remembered } from '../../shell/preferences';

export const TIME_STYLES = ['off', 'clock', 'elapsed'] as const;
export type TimeStyle = (typeof TIME_STYLES)[number];

/** How a person likes logs to look; kept in this browser. */
@Injectable({ providedIn: 'root' })
export class LogPreferences {
  private readonly wrapped = signal(remembered('log.wrap', ['on', 'off']) === 'on');
  readonly wrap = this.wrapped.asReadonly();
  private readonly style = signal<TimeStyle>(
    // A narrow screen has room for the text alone, unless somebody wants it otherwise.
    remembered('log.times', TIME_STYLES) ?? (matchMedia('(max-width: 44rem)').matches ? 'off' : 'clock'),
  );
  readonly times = this.style.asReadonly();

  private readonly outlined = signal(remembered('log.outline', ['on', 'off']));
  /** Whether the outline stands beside the log; undefined: as there is room. */
  readonly outline = this.outlined.asReadonly();

  useOutline(on: boolean): void {
    this.outlined.set(on ? 'on' : 'off');
    remember('log.outline', on ? 'on' : 'off');
  }

  useWrap(on: boolean): void {
    this.wrapped.set(on);
    remember('log.wrap', on ? 'on' : 'off');
  }

  useTimes(style: TimeStyle): void {
    this.style.set(style);
    remember('log.times', style);
  }
}
