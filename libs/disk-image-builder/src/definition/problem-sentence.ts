import type { z } from 'zod';

/** zod's own words for a type → what a person writes in YAML. */
const KINDS: Record<string, string> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a group of fields',
  record: 'a group of fields',
};
const MOST_SHOWN = 60;

/**
 * What a field should be and what was found instead, to be read behind the field's name.
 *
 * @param issue with its input (`reportInput`).
 */
export function sentenceOf(issue: z.core.$ZodIssue): string {
  const { input } = issue;
  const expected = expectationOf(issue);
  // A field without a value says all there is; `requiredChecks` and the like name what is wrong by themselves.
  if (input === undefined || issue.code === 'custom') return expected;
  return `${expected}; found ${shown(input)}`;
}

/** What a value should be, without the value: for settings that may be secrets. */
export function expectationOf(issue: z.core.$ZodIssue): string {
  // The schema's own words are sentences already.
  if (!/^(?:Invalid|Too|Unrecognized)\b/.test(issue.message)) return issue.message;
  switch (issue.code) {
    case 'invalid_type': {
      const kind = KINDS[issue.expected] ?? issue.expected;
      const isBareNumber = issue.expected === 'string' && typeof issue.input === 'number';
      return `must be ${kind}${isBareNumber ? ' (put it in quotes)' : ''}`;
    }
    case 'invalid_value':
      return `must be ${issue.values
        .map((value) => String(value))
        .join(', ')
        .replace(/, ([^,]+)$/, ' or $1')}`;
    case 'too_small':
      return bound(issue.origin, 'at least', issue.minimum);
    case 'too_big':
      return bound(issue.origin, 'at most', issue.maximum);
    case 'invalid_key':
      return issue.issues[0]?.message ?? issue.message;
    default:
      return issue.message;
  }
}

function bound(origin: string, how: 'at least' | 'at most', limit: number | bigint): string {
  if (origin === 'string') return `must have ${how} ${limit} ${limit === 1 ? 'character' : 'characters'}`;
  if (origin === 'array') return `must have ${how} ${limit} ${limit === 1 ? 'entry' : 'entries'}`;
  return `must be ${how} ${limit}`;
}

function shown(value: unknown): string {
  if (value === null || value === '') return 'nothing';
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list';
  if (typeof value === 'object') return 'a group of fields';
  if (typeof value !== 'string')
    return `the ${typeof value === 'number' ? 'number' : 'value'} ${JSON.stringify(value)}`;
  return `“${value.length > MOST_SHOWN ? `${value.slice(0, MOST_SHOWN)}…` : value}”`;
}
