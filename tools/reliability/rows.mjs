import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ROOT } from '../bootstrap/workspace.mjs';

/**
 * One tested case of a fault matrix, as an operator would have seen it. Tests write these, never a person.
 *
 * @typedef {object} MatrixRow
 * @property {string} where the stage or the call at which the fault struck
 * @property {string} fault what was done
 * @property {string} status the build's final status
 * @property {string} [code] of the build's cause; none where it has no cause
 * @property {string} [message] the cause's sentence, without what chance decides (ids, paths of the machine, amounts)
 * @property {string} [advice] what the cause says to do
 * @property {string} [note] what is special about this case, where something is
 */

/** @typedef {{ matrix: string, rows: MatrixRow[] }} Matrix */

const TEXTS = ['where', 'fault', 'status'];
const OPTIONAL_TEXTS = ['code', 'message', 'advice', 'note'];

/** `dist/reliability/<matrix>.json`; a matrix that several test files share has its parts in the folder `<matrix>`. */
export function rowsPath(matrix) {
  return join(ROOT, 'dist/reliability', `${matrix}.json`);
}

/** @param {Matrix} matrix */
export function writeRows(matrix) {
  const path = rowsPath(matrix.matrix);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `${JSON.stringify(matrix, undefined, 2)}\n`);
}

/**
 * @param {string} matrix
 * @returns {Matrix | undefined} undefined when its tests have not run here.
 */
export function readRows(matrix) {
  const whole = textOf(rowsPath(matrix));
  const texts = whole === undefined ? partsOf(matrix) : [whole];
  if (texts.length === 0) return undefined;
  const rows = texts.flatMap((text) => parseRows(matrix, text).rows);
  return parseRows(matrix, JSON.stringify({ matrix, rows }));
}

/** By their names' order. */
function partsOf(matrix) {
  const folder = rowsPath(matrix).replace(/\.json$/, '');
  return list(folder)
    .filter((name) => name.endsWith('.json'))
    .sort()
    .map((name) => textOf(join(folder, name)));
}

function list(folder) {
  try {
    return readdirSync(folder);
  } catch (error) {
    if (error.code === 'ENOENT') return [];
    throw error;
  }
}

function textOf(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  }
}

/**
 * @returns {Matrix}
 * @throws Error naming the row and the field that is wrong.
 */
export function parseRows(matrix, text) {
  const value = JSON.parse(text);
  if (value?.matrix !== matrix) throw new Error(`the rows are of matrix ${value?.matrix}, not of ${matrix}`);
  if (!Array.isArray(value.rows) || value.rows.length === 0) throw new Error(`matrix ${matrix} has no rows`);
  const seen = new Set();
  for (const [index, row] of value.rows.entries()) {
    for (const field of TEXTS) {
      if (typeof row[field] !== 'string' || row[field] === '')
        throw new Error(`row ${index} of ${matrix}: ${field} must be a text`);
    }
    for (const field of OPTIONAL_TEXTS) {
      if (row[field] !== undefined && typeof row[field] !== 'string')
        throw new Error(`row ${index} of ${matrix}: ${field} must be a text, or absent`);
    }
    const place = `${row.where}, ${row.fault}`;
    if (seen.has(place)) throw new Error(`matrix ${matrix} has two rows for ${place}`);
    seen.add(place);
  }
  return value;
}
