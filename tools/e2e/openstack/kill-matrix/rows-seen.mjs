import { rmSync } from 'node:fs';
import { readRows, rowsPath, writeRows } from '../../../reliability/rows.mjs';

/** @import { MatrixRow } from '../../../reliability/rows.mjs' */

const MATRIX = 'openstack';

/**
 * What came of each strike, in `dist/reliability/openstack.json` as soon as it is known: a run of an hour may be broken off.
 *
 * @param {{ where: string, fault: string }[]} places of all rows, in their order
 * @param {{ more: boolean }} options `more`: rows of earlier runs stay until they are struck again
 */
export function openRows(places, { more }) {
  const earlier = more ? (readRows(MATRIX)?.rows ?? []) : [];
  /** @type {Map<string, MatrixRow>} */
  const rows = new Map(earlier.map((row) => [keyOf(row), row]));
  const write = () => {
    const seen = places.flatMap((place) => rows.get(keyOf(place)) ?? []);
    if (seen.length > 0) writeRows({ matrix: MATRIX, rows: seen });
    else rmSync(rowsPath(MATRIX), { force: true });
  };
  return {
    /** @param {{ where: string, fault: string }} place */
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

function keyOf({ where, fault }) {
  return `${where}, ${fault}`;
}
