import type { DefinitionProblem, DefinitionProblemCode, FieldKind } from '@image-manager/contracts';
import type { z } from 'zod';

/** zod's own words for a type. */
const KINDS: Record<string, FieldKind> = {
  string: 'text',
  number: 'number',
  int: 'wholeNumber',
  boolean: 'boolean',
  array: 'list',
  object: 'fields',
  record: 'fields',
};
/** More than this is no help to read. */
const MOST_LISTED = 8;
const MOST_SHOWN = 60;

type Coded = Pick<DefinitionProblem, 'code' | 'expected' | 'found'>;

/** What a rule of the schema's own says of itself, as `params` of a custom issue. */
export interface RuleParams {
  code: DefinitionProblemCode;
  expected?: string;
}

/**
 * What is wrong, for those who say it in words of their own.
 *
 * @param issue with its input (`reportInput`), of a field that is there.
 */
export function codeOf(issue: z.core.$ZodIssue): Coded {
  const found = foundIn(issue.input);
  return { ...kindOf(issue), ...(found === undefined ? {} : { found }) };
}

function kindOf(issue: z.core.$ZodIssue): Coded {
  switch (issue.code) {
    case 'invalid_type': {
      if (issue.expected === 'string' && typeof issue.input === 'number')
        return { code: 'WRONG_TYPE', expected: 'quotedText' };
      const expected = KINDS[issue.expected];
      return expected === undefined ? { code: 'OTHER' } : { code: 'WRONG_TYPE', expected };
    }
    case 'invalid_value':
      return issue.values.length > MOST_LISTED
        ? { code: 'UNKNOWN_VALUE' }
        : { code: 'NOT_ALLOWED', expected: issue.values.map(String).join(', ') };
    case 'too_small':
      return {
        code: boundOf(issue.origin, 'TOO_FEW_CHARACTERS', 'TOO_FEW_ENTRIES', 'TOO_SMALL'),
        expected: String(issue.minimum),
      };
    case 'too_big':
      return {
        code: boundOf(issue.origin, 'TOO_MANY_CHARACTERS', 'TOO_MANY_ENTRIES', 'TOO_BIG'),
        expected: String(issue.maximum),
      };
    case 'invalid_format':
      return { code: issue.format === 'date' ? 'BAD_DATE' : 'OTHER' };
    case 'custom':
      return { code: 'OTHER', ...(issue.params as RuleParams | undefined) };
    default:
      return { code: 'OTHER' };
  }
}

function boundOf(
  origin: string,
  ...[characters, entries, value]: [DefinitionProblemCode, DefinitionProblemCode, DefinitionProblemCode]
): DefinitionProblemCode {
  return origin === 'string' ? characters : origin === 'array' ? entries : value;
}

function foundIn(value: unknown): string | undefined {
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (typeof value !== 'string' || value === '') return undefined;
  return value.length > MOST_SHOWN ? `${value.slice(0, MOST_SHOWN)}…` : value;
}
