/** Choices of the person at this browser: language and theme. */

/** The stored choice, or undefined when there is none or it is no longer one of the allowed ones. */
export function remembered<T extends string>(name: string, allowed: readonly T[]): T | undefined {
  try {
    const stored = localStorage.getItem(`image-manager.${name}`);
    return allowed.find((value) => value === stored);
  } catch {
    // Storage is switched off in this browser: nothing is remembered, everything else works.
    return undefined;
  }
}

/** Stores a choice; where storage is switched off it holds until the page is closed. */
export function remember(name: string, value: string): void {
  try {
    localStorage.setItem(`image-manager.${name}`, value);
  } catch {
    return;
  }
}
