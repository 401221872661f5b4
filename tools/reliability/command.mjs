import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Refusal } from '../bootstrap/refusal.mjs';
import { ROOT } from '../bootstrap/workspace.mjs';
import { readRows } from './rows.mjs';
import { withTable } from './table.mjs';

const DOCUMENT = join(ROOT, 'docs/reliability.md');

const USAGE = `npm run docs:reliability -- [--check] [MATRIX…]

Writes the tables of docs/reliability.md from the rows that the tests of a fault matrix left in dist/reliability; without
MATRIX, of every matrix whose tests have run here. --check writes nothing and fails when a table does not say what the
tests saw.
`;

/** @param {string[]} argv @returns {Promise<number>} exit status */
export async function main(argv) {
  const { check, help, matrices } = parseOptions(argv);
  if (help) {
    process.stdout.write(USAGE);
    return 0;
  }
  const found = matrices.length > 0 ? matrices : matricesHere();
  const before = readFileSync(DOCUMENT, 'utf8');
  let text = before;
  for (const name of found) {
    const matrix = readRows(name);
    if (!matrix) throw new Refusal(`There are no rows of ${name} in dist/reliability: run its tests first.`);
    const changed = await withTable(DOCUMENT, text, matrix);
    if (check && changed !== text) {
      throw new Refusal(
        `The table of ${name} in docs/reliability.md does not say what its tests saw:\n${firstDifference(text, changed)}\nRun npm run docs:reliability, read what changed, and commit it.`,
      );
    }
    text = changed;
  }
  if (text !== before) writeFileSync(DOCUMENT, text);
  process.stdout.write(`docs/reliability.md: ${found.join(', ') || 'no rows to write'}\n`);
  return 0;
}

function matricesHere() {
  try {
    const names = readdirSync(join(ROOT, 'dist/reliability')).map((name) => name.replace(/\.json$/, ''));
    return [...new Set(names)].sort();
  } catch {
    return [];
  }
}

function firstDifference(committed, seen) {
  const [old, now] = [committed.split('\n'), seen.split('\n')];
  const at = now.findIndex((line, index) => line !== old[index]);
  const [said, saw] = [old[at] ?? '', now[at] ?? ''].map((line) => line.replaceAll(/ {2,}/g, ' '));
  return `  line ${at + 1} says: ${said}\n  the tests saw: ${saw}`;
}

function parseOptions(argv) {
  try {
    const { values, positionals } = parseArgs({
      args: argv,
      allowPositionals: true,
      options: {
        check: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    });
    return { ...values, matrices: positionals };
  } catch (error) {
    throw new Refusal(`${error.message.split('\n')[0]}\n\n${USAGE}`, 2);
  }
}
