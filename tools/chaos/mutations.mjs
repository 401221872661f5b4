import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../bootstrap/workspace.mjs';

/**
 * Rules of the design, broken on purpose: a checker that does not object to these is none. Each changes one file of the
 * API, whose text is the same before and after it is compiled.
 */
export const MUTATIONS = {
  'skip-undo': {
    file: 'app/builder/undo.service',
    changes: [['await servers.delete(id, options);', '']],
  },
  'swap-writes': {
    file: 'app/builder/images/image-switch.service',
    changes: [
      ["writes.filter(({ kind }) => kind === 'promote')", "writes.filter(({ kind }) => kind === 'FIRST')"],
      ["writes.filter(({ kind }) => kind === 'retire')", "writes.filter(({ kind }) => kind === 'promote')"],
      ["writes.filter(({ kind }) => kind === 'FIRST')", "writes.filter(({ kind }) => kind === 'retire')"],
      // So that a look falls between the two, also on a busy machine.
      ["await this.mark(row, 'shown');", "await sleep(200); await this.mark(row, 'shown');"],
    ],
  },
  'forget-intent': {
    file: 'app/builder/stages/upload.stage',
    changes: [['await this.ledger.hold(row, image.id);', 'await this.ledger.release(row);']],
  },
};

/**
 * The text with the mutation in it.
 *
 * @param {keyof typeof MUTATIONS} name
 * @param {string} text
 */
export function mutate(name, text) {
  return MUTATIONS[name].changes.reduce((mutated, [from, to]) => {
    if (!mutated.includes(from)) throw new Error(`the mutation ${name} does not fit any more: ${from}`);
    return mutated.replaceAll(from, to);
  }, text);
}

/**
 * A copy of the built API with the mutation in it, beside the original, so that it finds everything else.
 *
 * @param {keyof typeof MUTATIONS} name
 * @returns {{ apiMain: string, remove(): void }}
 */
export function buildMutant(name) {
  const folder = join(ROOT, `dist/apps/api-${name}`);
  rmSync(folder, { recursive: true, force: true });
  cpSync(join(ROOT, 'dist/apps/api'), folder, { recursive: true });
  const path = join(folder, `${MUTATIONS[name].file}.js`);
  writeFileSync(path, mutate(name, readFileSync(path, 'utf8')));
  return { apiMain: join(folder, 'main.js'), remove: () => rmSync(folder, { recursive: true, force: true }) };
}
