import { DestroyRef, inject, signal } from '@angular/core';
import type { Problem } from '@image-manager/contracts';
import type { Observable, Subscription } from 'rxjs';
import { problemOf } from './problem';

/**
 * What a screen shows of one request: the data, which stays while it is refreshed, the problem of the last try,
 * and whether the first answer is still awaited.
 */
export class Loader<T> {
  private readonly current = signal<T | undefined>(undefined);
  private readonly failure = signal<Problem | undefined>(undefined);
  private readonly busy = signal(false);
  private running: Subscription | undefined;
  private again = false;

  readonly data = this.current.asReadonly();
  readonly problem = this.failure.asReadonly();
  readonly loading = this.busy.asReadonly();

  constructor(private readonly request: () => Observable<T>) {}

  /** Forgets what is shown and asks anew: for another id or another filter. */
  reset(): void {
    this.stop();
    this.current.set(undefined);
    this.failure.set(undefined);
    this.start();
  }

  /** Asks again and keeps the data meanwhile. Calls during a request lead to one more request after it. */
  refresh(): void {
    if (this.running === undefined) this.start();
    else this.again = true;
  }

  /** Drops a running request and asks at once: the answer under way is to an outdated question. */
  restart(): void {
    this.stop();
    this.start();
  }

  /** Changes what is shown by what a live event said. */
  patch(change: (data: T) => T): void {
    this.current.update((data) => (data === undefined ? data : change(data)));
  }

  stop(): void {
    this.running?.unsubscribe();
    this.running = undefined;
    this.again = false;
    this.busy.set(false);
  }

  private start(): void {
    this.busy.set(true);
    const subscription = this.request().subscribe({
      next: (data) => {
        this.current.set(data);
        this.failure.set(undefined);
      },
      error: (error: unknown) => {
        this.failure.set(problemOf(error));
        this.finish();
      },
      complete: () => {
        this.finish();
      },
    });
    // A request may answer before subscribe returns; then there is nothing left to hold.
    if (!subscription.closed) this.running = subscription;
  }

  private finish(): void {
    this.running = undefined;
    this.busy.set(false);
    if (!this.again) return;
    this.again = false;
    this.start();
  }
}

/** A loader that stops with its component. Needs an injection context. */
export function loader<T>(request: () => Observable<T>): Loader<T> {
  const made = new Loader(request);
  inject(DestroyRef).onDestroy(() => {
    made.stop();
  });
  return made;
}
