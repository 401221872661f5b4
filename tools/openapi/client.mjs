import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { ROOT } from '../bootstrap/workspace.mjs';

/** The dashboard's types and client, which nobody writes by hand. */
export const CLIENT = join(ROOT, 'apps/dashboard/src/app/api/generated');

const GENERATOR = join(ROOT, 'node_modules/ng-openapi-gen/lib/index.js');
const PRINT = join(ROOT, 'dist/apps/api/print-openapi.js');

/** Writes the client of the built API's OpenAPI document. */
export function writeClient(folder) {
  const work = mkdtempSync(join(tmpdir(), 'image-manager-openapi-'));
  try {
    const document = join(work, 'openapi.json');
    const options = { cwd: ROOT, maxBuffer: 1 << 24 };
    writeFileSync(document, execFileSync(process.execPath, [PRINT], options));
    const settings = ['--promises', 'false', '--endOfLineStyle', 'lf', '--silent', 'true'];
    execFileSync(
      process.execPath,
      [GENERATOR, '--input', document, '--output', folder, ...settings],
      options,
    );
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** Each file's text by its path in the folder. */
export function textsIn(folder) {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  return Object.fromEntries(
    names
      .map((name) => join(folder, name))
      .filter((path) => statSync(path).isFile())
      .sort()
      .map((path) => [relative(folder, path), readFileSync(path, 'utf8')]),
  );
}
