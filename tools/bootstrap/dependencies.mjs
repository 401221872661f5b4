import { createHash } from 'node:crypto';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { runLogged } from './progress.mjs';
import { Refusal } from './refusal.mjs';
import { findProgram } from './system-packages.mjs';
import { BIN, PINNED_NODE, ROOT, searchPath } from './workspace.mjs';

const LOCK = join(ROOT, 'package-lock.json');
/** Inside node_modules, so that it goes when they go. */
const STAMP = join(ROOT, 'node_modules/.image-manager-lock');

/** Runs `npm ci` when node_modules is not what package-lock.json says. */
export async function installDependencies(progress) {
  const digest = createHash('sha256').update(readFileSync(LOCK)).digest('hex');
  if (isInstalled(digest)) return;
  if (!findProgram('npm')) throw new Refusal('npm is missing: install it (on Debian: apt-get install npm).');
  // Not the Node in node_modules: npm removes that folder while it runs.
  const outside = searchPath().filter((folder) => folder !== BIN);
  await progress.step('installing npm packages', () =>
    runLogged('npm-ci', ['npm', 'ci', '--no-audit', '--no-fund'], {
      env: { ...process.env, PATH: outside.join(delimiter) },
    }),
  );
  if (!existsSync(PINNED_NODE)) {
    throw new Refusal(
      'npm left out the pinned Node (an optional dependency): run `npm ci --include=optional`, then start again.',
    );
  }
  writeFileSync(STAMP, digest);
}

function isInstalled(digest) {
  if (!existsSync(PINNED_NODE)) return false;
  if (existsSync(STAMP)) return readFileSync(STAMP, 'utf8') === digest;
  // Somebody ran npm by hand: npm's own record tells when.
  const record = statSync(join(ROOT, 'node_modules/.package-lock.json'), { throwIfNoEntry: false });
  return record !== undefined && record.mtimeMs >= statSync(LOCK).mtimeMs;
}
