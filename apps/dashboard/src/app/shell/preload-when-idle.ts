import { ApplicationRef, inject, Injectable } from '@angular/core';
import type { PreloadingStrategy, Route } from '@angular/router';
import { catchError, EMPTY, from, type Observable, switchMap } from 'rxjs';

/** A browser that is never idle gets them all the same. */
const AT_LATEST_MS = 3000;
/** Safari has no idle callback yet. */
const LATER_MS = 200;

/**
 * Fetches the other screens once the first one stands with its data and the browser has nothing to do: they cost the first
 * load nothing, and afterwards the tabs work while the server is away or was replaced.
 */
@Injectable({ providedIn: 'root' })
export class PreloadWhenIdle implements PreloadingStrategy {
  private readonly application = inject(ApplicationRef);

  preload(_route: Route, load: () => Observable<unknown>): Observable<unknown> {
    return from(this.firstScreenStands()).pipe(
      switchMap(load),
      // It is asked for again when a person goes there.
      catchError(() => EMPTY),
    );
  }

  /** The application is stable for a moment before the screen asks for its data: only what holds twice counts. */
  private async firstScreenStands(): Promise<void> {
    for (let looks = 0; looks < 2; looks += 1) {
      await this.application.whenStable();
      await idle();
    }
  }
}

function idle(): Promise<void> {
  return new Promise((settle) => {
    if ('requestIdleCallback' in window) {
      requestIdleCallback(
        () => {
          settle();
        },
        { timeout: AT_LATEST_MS },
      );
    } else setTimeout(settle, LATER_MS);
  });
}
