import { DOCUMENT, inject, Injectable } from '@angular/core';
import { takeUntilDestroyed } from '@angular/core/rxjs-interop';
import { NavigationEnd, NavigationStart, Router } from '@angular/router';

/** So long a page may take to get the content that it was scrolled through before. */
const PATIENCE_MS = 20_000;
/** A page that kept its height so long has all of its content. */
const SETTLED_MS = 1500;
/** What says that the person scrolls. */
const HANDS = ['wheel', 'touchmove', 'keydown', 'pointerdown'] as const;

const KEY = 'image-manager.scroll';

interface Place {
  url: string;
  top: number;
}

/**
 * Brings a page back to where it was scrolled when one returns to it. The router's own restoration does that before the
 * lists are there, when the page is too short; this one follows the page as it grows, until the person scrolls.
 */
@Injectable({ providedIn: 'root' })
export class ScrollMemory {
  private readonly document = inject(DOCUMENT);
  private readonly router = inject(Router);
  /** How far down each page was when it was left, by the number of the navigation that led there. */
  private readonly tops = new Map<number, number>();
  /** The navigation that led to what is shown; that which led to where one goes back to. */
  private here: number | undefined;
  private restored: number | undefined;
  private path: string | undefined;
  private stop: () => void = () => undefined;

  constructor() {
    const window = this.document.defaultView;
    if (window === null) return;
    window.history.scrollRestoration = 'manual';
    window.addEventListener('pagehide', () => {
      keep({ url: this.router.url, top: window.scrollY });
    });
    this.router.events.pipe(takeUntilDestroyed()).subscribe((event) => {
      if (event instanceof NavigationStart) this.leave(window, event);
      if (event instanceof NavigationEnd) this.arrive(window, event.id);
    });
  }

  private leave(window: Window, { restoredState }: NavigationStart): void {
    this.stop();
    if (this.here !== undefined) this.tops.set(this.here, window.scrollY);
    this.restored = restoredState?.navigationId;
  }

  private arrive(window: Window, id: number): void {
    const path = this.router.url.replace(/[?#].*/, '');
    const isElsewhere = path !== this.path;
    const top = this.here === undefined ? keptOf(this.router.url) : this.tops.get(this.restored ?? -1);
    this.here = id;
    this.path = path;
    if (top !== undefined && top > 0) this.follow(window, top);
    // Another filter of the same screen leaves it where it is.
    else if (isElsewhere || top !== undefined) window.scrollTo(0, 0);
  }

  private follow(window: Window, top: number): void {
    let settled: ReturnType<typeof setTimeout> | undefined;
    const watcher = new ResizeObserver(() => {
      window.scrollTo({ top, behavior: 'instant' });
      clearTimeout(settled);
      const isThere = Math.abs(window.scrollY - top) < 1;
      settled = setTimeout(stop, isThere ? SETTLED_MS : PATIENCE_MS);
    });
    const stop = (): void => {
      watcher.disconnect();
      clearTimeout(settled);
      for (const hand of HANDS) window.removeEventListener(hand, stop);
    };
    for (const hand of HANDS) window.addEventListener(hand, stop, { passive: true });
    this.stop = stop;
    // It says the height of now at once.
    watcher.observe(this.document.body);
  }
}

function keep(place: Place): void {
  try {
    sessionStorage.setItem(KEY, JSON.stringify(place));
  } catch {
    // A browser that stores nothing begins at the top.
  }
}

/** Where the page was when it was left, if this is that page again, by a reload or by the way back from another site. */
function keptOf(url: string): number | undefined {
  const [entry] = performance.getEntriesByType('navigation') as PerformanceNavigationTiming[];
  if (entry?.type !== 'reload' && entry?.type !== 'back_forward') return undefined;
  try {
    const place = JSON.parse(sessionStorage.getItem(KEY) ?? '{}') as Partial<Place>;
    return place.url === url ? place.top : undefined;
  } catch {
    return undefined;
  }
}
