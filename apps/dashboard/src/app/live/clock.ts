import { DestroyRef, inject, Injectable, signal } from '@angular/core';

/** The time of day as a signal that moves every second, for ages and elapsed times on screen. */
@Injectable({ providedIn: 'root' })
export class Clock {
  private readonly time = signal(Date.now());
  /** Milliseconds since the epoch. */
  readonly now = this.time.asReadonly();

  constructor() {
    const timer = setInterval(() => {
      this.time.set(Date.now());
    }, 1000);
    inject(DestroyRef).onDestroy(() => {
      clearInterval(timer);
    });
  }
}
