import { withLooksAlone } from '@image-manager/contracts';

/** As many lines as tell one place of a console from every other, nearly always. */
export const ANCHOR_LINES = 40;

export interface NewLines {
  lines: string[];
  /** What was printed between the last tail and this one is lost: more than a tail holds. */
  gap: boolean;
}

/**
 * What a console's tail has beyond what was read before. Clouds return a window that slides on as the server prints:
 * windows overlap, and a window's first line may be cut.
 *
 * @param anchor the last lines that were read, at most {@link ANCHOR_LINES} of them; none: nothing was read yet.
 * @param window complete lines.
 */
export function linesAfter(anchor: readonly string[], window: readonly string[]): NewLines {
  if (anchor.length === 0 || window.length === 0) return { lines: [...window], gap: false };
  // From the end: of several places that fit, the latest repeats nothing.
  for (let end = window.length; end > 0; end -= 1) {
    if (endsWith(window, end, anchor)) return { lines: window.slice(end), gap: false };
  }
  return { lines: [...window], gap: true };
}

/** Whether the window up to `end` closes with the anchor, as far as the window reaches back. */
function endsWith(window: readonly string[], end: number, anchor: readonly string[]): boolean {
  const count = Math.min(anchor.length, end);
  for (let back = 1; back <= count; back += 1) {
    const line = window[end - back];
    const expected = anchor[anchor.length - back];
    if (line === expected) continue;
    // The window's first line may lack its beginning.
    return end - back === 0 && back > 1 && expected !== undefined && expected.endsWith(line ?? '');
  }
  return true;
}

/** What a console printed up to its last line's end, or with `cutLine` all of it, and its lines as the log keeps them. */
export function completeLines(text: string, cutLine: boolean): { complete: string; lines: string[] } {
  const end = cutLine ? text.length : text.lastIndexOf('\n') + 1;
  if (end === 0) return { complete: '', lines: [] };
  const complete = text.slice(0, end);
  return {
    complete,
    lines: complete.replace(/\n$/, '').split(/\r*\n/).map(withLooksAlone),
  };
}
