import { RE2JS, RE2JSException } from 're2js';
import { withoutControlSequences } from '@image-manager/contracts';

/** No reader takes in more of one line. */
const MAX_RANGES = 50;

/** Says of a line whether, and where, it holds what is searched for. */
export interface LineMatcher {
  /** False only when no line of this JSON text can match: its lines need not be looked at. */
  mayMatch(json: string): boolean;
  matches(text: string): boolean;
  /** [start, end) of each match in the text without its control sequences; at most fifty. */
  ranges(text: string): number[][];
}

/** The words themselves. */
export function literalMatcher(query: string, caseSensitive: boolean): LineMatcher {
  const flags = caseSensitive ? 'g' : 'gi';
  const pattern = new RegExp(escaped(query), flags);
  // As it stands in JSON.
  const inJson = new RegExp(escaped(JSON.stringify(query).slice(1, -1)), flags.slice(1));
  return {
    mayMatch: (json) => inJson.test(json) || mayHoldControls(json),
    matches: (text) => withoutControlSequences(text).search(pattern) >= 0,
    ranges: (text) =>
      [...withoutControlSequences(text).matchAll(pattern)]
        .slice(0, MAX_RANGES)
        .map(({ index, 0: found }) => [index, index + found.length]),
  };
}

/**
 * A regular expression in RE2's syntax, whose matching takes time in proportion to the line's length: no expression can
 * hang the process.
 *
 * @throws InvalidExpression
 */
export function regexMatcher(query: string, caseSensitive: boolean): LineMatcher {
  const pattern = compile(query, caseSensitive);
  return {
    mayMatch: () => true,
    matches: (text) => pattern.test(withoutControlSequences(text)),
    ranges: (text) => {
      const matcher = pattern.matcher(withoutControlSequences(text));
      const ranges: number[][] = [];
      while (ranges.length < MAX_RANGES && matcher.find()) ranges.push([matcher.start(), matcher.end()]);
      return ranges;
    },
  };
}

export class InvalidExpression extends Error {
  override readonly name = 'InvalidExpression';
}

function compile(query: string, caseSensitive: boolean): RE2JS {
  try {
    // As typed first: with the flag, what is wrong is said of an expression with a (?i) before it.
    if (!caseSensitive) RE2JS.compile(query);
    return RE2JS.compile(query, caseSensitive ? 0 : RE2JS.CASE_INSENSITIVE);
  } catch (error) {
    if (!(error instanceof RE2JSException)) throw error;
    throw new InvalidExpression(error.message, { cause: error });
  }
}

function escaped(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
}

/** Words can be parted by control sequences, most of which JSON escapes. */
function mayHoldControls(json: string): boolean {
  return ['\\u', '\\r', '\\b', '\\f'].some((mark) => json.includes(mark)) || /[\u007f-\u009f]/.test(json);
}
