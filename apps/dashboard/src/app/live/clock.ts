import { computed, DestroyRef, inject, Injectable, signal } from '@angular/core';
import { Live } from './live';

/** The time of day as a signal that moves every second, for ages and elapsed times on screen. */
@Injectable({ providedIn: 'root' })
export class Clock {
  private readonly time = signal(Date.now());
  /** Milliseconds since the epoch. */
  readonly now = this.time.asReadonly();
  private readonly lostAt = inject(Live).lostAt;
  /** As late as the page knows how things stand: while the server is away, what ran may have ended. */
  readonly known = computed(() => Math.min(this.now(), this.lostAt() ?? Infinity));

  constructor() {
    const timer = setInterval(() => {
      this.time.set(Date.now());
    }, 1000);
    inject(DestroyRef).onDestroy(() => {
      clearInterval(timer);
    });
  }
}
