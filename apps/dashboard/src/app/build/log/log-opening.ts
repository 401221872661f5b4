import type { LogMarks } from '@image-manager/contracts';

/** Where a log opens: at a line, at the first match of the search in the address, or at its end. */
export type Opening = { at: 'line'; n: number } | { at: 'match' } | { at: 'end' } | { at: 'unknown' };

/**
 * What the address says comes first; a build that failed opens at its first error, which is known once the marks are here;
 * everything else at its newest line. `marks` is null when they cannot be had.
 */
export function openingOf(
  wish: { line: number | undefined; searched: boolean; failed: boolean },
  marks: LogMarks | null | undefined,
): Opening {
  if (wish.line !== undefined) return { at: 'line', n: wish.line };
  if (wish.searched) return { at: 'match' };
  if (!wish.failed || marks === null) return { at: 'end' };
  if (marks === undefined) return { at: 'unknown' };
  return marks.firstError === undefined ? { at: 'end' } : { at: 'line', n: marks.firstError };
}
