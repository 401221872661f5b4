import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ROOT } from '../../bootstrap/workspace.mjs';
import { rowsPath, writeRows } from '../../reliability/rows.mjs';

/** @import { MatrixRow } from '../../reliability/rows.mjs' */
/** @typedef {{ where: string, fault: string }} Place */

/**
 * What came of each strike, written down as soon as it is known: a run of half an hour may be broken off, and goes on with
 * `--only`. The table's rows, in `dist/reliability`, are there only while every place has been struck and held.
 *
 * @param {string} matrix
 * @param {Place[]} places of all rows, in their order
 * @param {{ more: boolean }} options `more`: rows of earlier runs stay until they are struck again
 */
export function openRows(matrix, places, { more }) {
  const path = join(ROOT, 'dist/e2e/rows', `${matrix}.json`);
  /** @type {Map<string, MatrixRow>} */
  const rows = new Map(more ? readEarlier(path) : []);
  const write = () => {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, JSON.stringify([...rows]));
    const seen = places.flatMap((place) => rows.get(keyOf(place)) ?? []);
    if (seen.length === places.length) writeRows({ matrix, rows: seen });
    else rmSync(rowsPath(matrix), { force: true });
  };
  return {
    /** @param {Place} place */
    forget(place) {
      rows.delete(keyOf(place));
      write();
    },
    /** @param {MatrixRow} row */
    keep(row) {
      rows.set(keyOf(row), row);
      write();
    },
  };
}

function readEarlier(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    if (error.code === 'ENOENT') return [];
    throw error;
  }
}

function keyOf({ where, fault }) {
  return `${where}, ${fault}`;
}
