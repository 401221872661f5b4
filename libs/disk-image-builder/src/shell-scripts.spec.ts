import { readdirSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { runCommand } from './run-command.js';

const ROOT = join(import.meta.dirname, '../../..');

/** Files of a tree that a shell or DIB reads as a script. */
function scriptsBelow(directory: string): string[] {
  return readdirSync(directory, { recursive: true, encoding: 'utf8' })
    .map((name) => join(directory, name))
    .filter((path) => statSync(path).isFile())
    .filter((path) => /\/[a-z-]+\.d\/\d\d-[^/]+$|\/stand-ins\/.+/.test(path))
    .map((path) => relative(ROOT, path));
}

const SCRIPTS = [
  ...scriptsBelow(join(ROOT, 'elements')),
  ...scriptsBelow(join(import.meta.dirname, '../stand-ins')),
];

describe('the scripts of elements and stand-ins', () => {
  it('pass shellcheck', async () => {
    const present = await runCommand('shellcheck', ['--version']);
    if (present.code !== 0) throw new Error('shellcheck is not installed: apt-get install shellcheck');
    expect(SCRIPTS.length).toBeGreaterThan(5);
    const files = SCRIPTS.map((path) => join(ROOT, path));
    // Files of environment.d are sourced and have no first line that names their shell.
    const result = await runCommand('shellcheck', ['--shell=bash', ...files], 60_000);
    expect(result.stdout + result.stderr).toBe('');
  });

  it.each(SCRIPTS.filter((path) => !path.includes('environment.d')))('%s is executable', (path) => {
    // dib-run-parts passes over a hook that is not, without a word.
    expect(statSync(join(ROOT, path)).mode & 0o111).toBe(0o111);
  });
});
