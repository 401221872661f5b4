import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import type { DefinitionProblem, DistroDefinition } from '@image-manager/contracts';
import { LineCounter, parseDocument, type Document } from 'yaml';
import type { z } from 'zod';
import { codeOf } from './problem-code.js';
import { sentenceOf } from './problem-sentence.js';
import { distroSchema } from './schema.js';
import { YamlPositions } from './yaml-positions.js';

export type ParsedDefinition =
  | {
      definition: DistroDefinition;
      /** sha256 (hex) of the canonical definition; what its elements contain is not part of it. */
      digest: string;
      /** Where another file's name for its images would have to be told from this one's. */
      imageNameLine: number;
      problems: [];
    }
  | { definition?: undefined; problems: DefinitionProblem[] };

/** A definition is a page of text; anything much larger is a mistake. */
export const MAX_DEFINITION_CHARACTERS = 256 * 1024;

/**
 * Reads an image definition. Never throws: everything that is wrong with the file is in `problems`, in order of line.
 *
 * @param file relative name for messages; without `.yaml` it must equal the definition's id.
 */
export function parseDefinition(file: string, text: string): ParsedDefinition {
  if (text.length > MAX_DEFINITION_CHARACTERS) {
    const message = `is larger than ${MAX_DEFINITION_CHARACTERS / 1024} KiB`;
    return { problems: [{ file, line: 1, field: '', code: 'OTHER', message }] };
  }
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, version: '1.2' });
  const broken = syntaxProblems(file, document, lines);
  if (broken.length > 0) return { problems: broken };

  const positions = new YamlPositions(document, lines);
  let value: unknown;
  try {
    value = document.toJS({ maxAliasCount: 50 });
  } catch (error) {
    return { problems: [{ file, line: 1, field: '', code: 'NOT_YAML', message: (error as Error).message }] };
  }
  if (value === null || typeof value !== 'object' || Array.isArray(value)) {
    return {
      problems: [
        { file, line: 1, field: '', code: 'OTHER', message: 'must hold fields such as `id: debian-12`' },
      ],
    };
  }
  const result = distroSchema.safeParse(value, { reportInput: true });
  const problems = result.success
    ? []
    : result.error.issues.flatMap((issue) => describe(file, issue, positions));
  const id = basename(file).replace(/\.ya?ml$/, '');
  const given = (value as { id?: unknown }).id;
  if (typeof given === 'string' && given !== id) {
    const message = `must be "${id}", the file's name`;
    const line = positions.lineOf(['id']);
    problems.push({ file, line, field: 'id', code: 'WRONG_ID', expected: id, message });
  }
  if (result.success && problems.length === 0) {
    const imageNameLine = positions.lineOf(['imageName']);
    return { definition: result.data, digest: digestOf(result.data), imageNameLine, problems: [] };
  }
  return { problems: problems.sort((a, b) => a.line - b.line) };
}

function syntaxProblems(file: string, document: Document, lines: LineCounter): DefinitionProblem[] {
  return document.errors.map((error) => ({
    file,
    line: lines.linePos(error.pos[0]).line,
    field: '',
    code: 'NOT_YAML' as const,
    message: `is not valid YAML: ${error.message}`,
  }));
}

function describe(file: string, issue: z.core.$ZodIssue, positions: YamlPositions): DefinitionProblem[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => {
      const path = [...issue.path, key];
      const field = path.join('.');
      const message = 'is not a known field';
      return { file, line: positions.lineOf(path), field, code: 'UNKNOWN_FIELD' as const, message };
    });
  }
  const missing = issue.input === undefined && issue.code !== 'custom';
  const place = { file, line: positions.lineOf(issue.path), field: issue.path.join('.') };
  return [
    missing
      ? { ...place, code: 'MISSING', message: 'is missing' }
      : { ...place, ...codeOf(issue), message: sentenceOf(issue) },
  ];
}

/** Keys in order, so that moving a field or a comment about makes no other definition of it. */
function canonical(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(canonical);
  if (value === null || typeof value !== 'object') return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, entry]) => [key, canonical(entry)]));
}

function digestOf(definition: DistroDefinition): string {
  return createHash('sha256')
    .update(JSON.stringify(canonical(definition)))
    .digest('hex');
}
