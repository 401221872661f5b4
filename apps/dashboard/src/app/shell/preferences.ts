import { DestroyRef, DOCUMENT, inject } from '@angular/core';

/** Choices of the person at this browser: language and theme. */

/** The stored choice, or undefined when there is none or it is no longer one of the allowed ones. */
export function remembered<T extends string>(name: string, allowed: readonly T[]): T | undefined {
  try {
    const stored = localStorage.getItem(keyOf(name));
    return allowed.find((value) => value === stored);
  } catch {
    // Storage is switched off in this browser: nothing is remembered, everything else works.
    return undefined;
  }
}

/** Stores a choice; where storage is switched off it holds until the page is closed. */
export function remember(name: string, value: string): void {
  try {
    localStorage.setItem(keyOf(name), value);
  } catch {
    return;
  }
}

/** Calls back when another tab of this browser stored that choice. Needs an injection context. */
export function followOtherTabs(name: string, changed: () => void): void {
  const view = inject(DOCUMENT).defaultView;
  const onStorage = ({ key }: StorageEvent): void => {
    // Without a key all of the storage was cleared.
    if (key === keyOf(name) || key === null) changed();
  };
  view?.addEventListener('storage', onStorage);
  inject(DestroyRef).onDestroy(() => {
    view?.removeEventListener('storage', onStorage);
  });
}

function keyOf(name: string): string {
  return `image-manager.${name}`;
}
