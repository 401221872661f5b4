import { environmentSchema } from './config.schema.js';

/** dotenv's own idea of an assignment, values in quotes over several lines among them. */
const ASSIGNMENT =
  /^[^\S\n]*(?:export[^\S\n]+)?([\w.-]+)(?:[^\S\n]*=|:[^\S\n])(?:\s*'(?:\\'|[^'])*'|\s*"(?:\\"|[^"])*"|\s*`(?:\\`|[^`])*`|[^#\n]*)[^\S\n]*(?:#.*)?$/gm;
/** A slip of the pen; what is further off means something else. */
const NEAR = 3;
/** Read by OpenStack's clients; which of them we know is the adapter's business. */
const OTHERS = /^OS_/;

/**
 * What stands in config.env and means nothing to us. Values are never part of it.
 *
 * @returns a sentence each.
 */
export function findIgnoredLines(text: string): string[] {
  const known = Object.keys(environmentSchema.shape);
  const found = new Map<number, string>();
  const rest = text.replaceAll('\r\n', '\n').replaceAll(ASSIGNMENT, (match, name: string, at: number) => {
    if (!known.includes(name) && !OTHERS.test(name)) found.set(lineAt(text, at), unknown(name, known));
    // The lines stay, and keep their numbers.
    return match.replaceAll(/[^\n]/g, '');
  });
  for (const [index, line] of rest.split('\n').entries()) {
    if (/^\s*(#|$)/.test(line)) continue;
    found.set(index + 1, 'is no NAME=value');
  }
  return [...found]
    .sort(([a], [b]) => a - b)
    .map(([line, problem]) => `config.env, line ${line}, is ignored: it ${problem}`);
}

function unknown(name: string, known: readonly string[]): string {
  const [nearest] = known
    .map((candidate) => ({ candidate, steps: distance(name.toUpperCase(), candidate) }))
    .sort((a, b) => a.steps - b.steps);
  const hint = nearest && nearest.steps <= NEAR ? `; ${nearest.candidate} may be meant` : '';
  return `sets ${name}, which is no variable of Image Manager${hint}`;
}

function lineAt(text: string, at: number): number {
  return text.replaceAll('\r\n', '\n').slice(0, at).split('\n').length;
}

/** Levenshtein's: letters to put in, take out or change. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let line = 1; line <= a.length; line += 1) {
    const next = [line];
    for (let column = 1; column <= b.length; column += 1) {
      const changed = (row[column - 1] ?? 0) + (a[line - 1] === b[column - 1] ? 0 : 1);
      next.push(Math.min(changed, (row[column] ?? 0) + 1, (next[column - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
