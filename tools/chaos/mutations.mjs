import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../bootstrap/workspace.mjs';

/**
 * Rules of the design, broken on purpose: a checker that does not object to these is none. Each changes one place in the
 * built API.
 */
export const MUTATIONS = {
  'skip-undo': {
    file: 'app/builder/undo.service.js',
    from: 'await servers.delete(id, options);',
    to: '',
  },
  'swap-writes': {
    file: 'app/builder/images/image-switch.service.js',
    from: 'for (const write of writes)',
    to: 'for (const write of [...writes].reverse())',
  },
  'forget-intent': {
    file: 'app/builder/stages/upload.stage.js',
    from: 'await this.ledger.hold(row, image.id);',
    to: 'await this.ledger.release(row);',
  },
};

/**
 * A copy of the built API with the mutation in it, beside the original, so that it finds everything else.
 *
 * @param {keyof typeof MUTATIONS} name
 * @returns {{ apiMain: string, remove(): void }}
 */
export function buildMutant(name) {
  const { file, from, to } = MUTATIONS[name];
  const folder = join(ROOT, `dist/apps/api-${name}`);
  rmSync(folder, { recursive: true, force: true });
  cpSync(join(ROOT, 'dist/apps/api'), folder, { recursive: true });
  const path = join(folder, file);
  const text = readFileSync(path, 'utf8');
  if (!text.includes(from)) throw new Error(`the mutation ${name} does not fit ${file} any more`);
  writeFileSync(path, text.replaceAll(from, to));
  return { apiMain: join(folder, 'main.js'), remove: () => rmSync(folder, { recursive: true, force: true }) };
}
