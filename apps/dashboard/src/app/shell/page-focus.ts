import { DOCUMENT, inject, Injectable } from '@angular/core';
import { takeUntilDestroyed } from '@angular/core/rxjs-interop';
import { NavigationEnd, Router } from '@angular/router';

/**
 * What held the focus goes with the page that one leaves. Keys then go on at the content of the new one instead of at the top of
 * the document; a tab that was pressed keeps the focus.
 */
@Injectable({ providedIn: 'root' })
export class PageFocus {
  private readonly document = inject(DOCUMENT);
  private readonly router = inject(Router);
  private path: string | undefined;

  constructor() {
    this.router.events.pipe(takeUntilDestroyed()).subscribe((event) => {
      if (event instanceof NavigationEnd) this.arrive();
    });
  }

  private arrive(): void {
    const path = this.router.url.replace(/[?#].*/, '');
    const isElsewhere = this.path !== undefined && path !== this.path;
    this.path = path;
    const content = this.document.getElementById('content');
    const { activeElement, body } = this.document;
    if (isElsewhere && (activeElement === body || content?.contains(activeElement)))
      content?.focus({ preventScroll: true });
  }
}
