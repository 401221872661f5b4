/**
 * Moves the focus to `target` when what held it inside `area` is about to vanish, or did: a person at the keyboard
 * goes on from there instead of from the top of the page. Leaves it alone when the person went elsewhere.
 */
export function keepFocus(area: HTMLElement, target: HTMLElement | undefined): void {
  const { activeElement, body } = document;
  if (activeElement === null || activeElement === body || area.contains(activeElement)) target?.focus();
}
