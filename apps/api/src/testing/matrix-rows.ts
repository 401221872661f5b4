import { mkdirSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join, resolve } from 'node:path';
import type { BuildView } from '@image-manager/contracts';

const FOLDER = resolve(import.meta.dirname, '../../../../dist/reliability');

/** One tested case of a fault matrix, as an operator would have seen it; `tools/reliability` makes tables of them. */
export interface MatrixRow {
  where: string;
  fault: string;
  status: string;
  code?: string;
  message?: string;
  advice?: string;
  /** What is special about this case. */
  note?: string;
}

/** The row of a build that is over. @param storagePath what it says of this folder, it says of STORAGE_PATH. */
export function rowOf(
  place: Pick<MatrixRow, 'where' | 'fault' | 'note'>,
  { status, cause }: BuildView,
  storagePath: string,
): MatrixRow {
  const { where, fault, note } = place;
  return {
    where,
    fault,
    status,
    ...(cause
      ? {
          code: cause.code,
          message: withoutChance(cause.message, storagePath),
          advice: withoutChance(cause.advice, storagePath),
        }
      : {}),
    ...(note === undefined ? {} : { note }),
  };
}

/**
 * All rows of one part of a matrix, such as a stage; a run of some of its tests alone has nothing to say about the table.
 *
 * @param part its place among the parts is that of its name.
 */
export function writeRows(matrix: string, rows: readonly MatrixRow[], part: string): void {
  const folder = join(FOLDER, matrix);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, `${part}.json`), `${JSON.stringify({ matrix, rows }, undefined, 2)}\n`);
}

/** The same sentence in every run: without ids, numbers of builds, paths of this machine, amounts and how far a slow one came. */
function withoutChance(text: string, storagePath: string): string {
  return text
    .replaceAll(storagePath, 'STORAGE_PATH')
    .replaceAll(` on ${hostname()} `, ' on <host> ')
    .replaceAll(/; it was at: .+$/g, '; it was at: <activity>')
    .replaceAll(/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, '<id>')
    .replaceAll(/\b[0-9a-f]{128}\b|(?<=begins with )[0-9a-f]+/g, '<checksum>')
    .replaceAll(/\b([Bb]uild[- ])\d+/g, '$1<n>')
    .replaceAll(/\bwithin (its )?\d+ s\b/g, 'within $1<n> s')
    .replaceAll(/\b\d+(?:\.\d+)? (bytes|KB|MB|GB|KiB|MiB|GiB)\b/g, '<n> $1');
}
