import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { runLogged } from './progress.mjs';
import { Refusal } from './refusal.mjs';
import { API_MAIN, BIN, PINNED_NODE, ROOT, workspaceEnvironment } from './workspace.mjs';

/** What the build reads; distros/ and elements/ are read at run time. */
const SOURCES = [
  'apps',
  'libs',
  'proto',
  'package.json',
  'package-lock.json',
  'nx.json',
  'tsconfig.base.json',
];
const NOT_SOURCES = new Set(['dist', 'node_modules', 'generated', '.angular', '.nx']);
const OUTPUTS = [
  API_MAIN,
  join(ROOT, 'dist/apps/dashboard/index.html'),
  join(ROOT, 'dist/apps/agent/image-manager-agent'),
];
const STAMP = join(ROOT, 'dist/.build-stamp');

/**
 * Builds everything when a source changed since the last build. Nx would find that out too, but takes seconds for it at
 * every start.
 */
export async function buildWorkspace(progress) {
  // Taken before the build: what changes during it is built next time.
  const stamp = sourceStamp();
  if (readStamp() === stamp && OUTPUTS.every((path) => existsSync(path))) return;
  await progress.step('building API, dashboard and agent', () =>
    runLogged('build', nx('run-many', '-t', 'build'), { env: workspaceEnvironment() }),
  );
  const missing = OUTPUTS.filter((path) => !existsSync(path));
  if (missing.length > 0) {
    throw new Refusal(
      `The build left out ${missing.map((path) => relative(ROOT, path)).join(', ')}: run \`npx nx reset\`, then start again.`,
    );
  }
  mkdirSync(dirname(STAMP), { recursive: true });
  writeFileSync(STAMP, stamp);
}

/** Command line of Nx under the pinned Node. */
export function nx(...args) {
  return [PINNED_NODE, join(BIN, 'nx'), ...args, '--output-style=stream'];
}

function readStamp() {
  return existsSync(STAMP) ? readFileSync(STAMP, 'utf8') : undefined;
}

/** A digest over the sources' names, sizes and times of change. */
function sourceStamp() {
  const hash = createHash('sha256');
  for (const source of SOURCES) addToStamp(hash, source);
  return hash.digest('hex');
}

function addToStamp(hash, path) {
  const status = statSync(join(ROOT, path), { throwIfNoEntry: false });
  if (!status) return;
  if (!status.isDirectory()) {
    // What agent-contract's build writes beside its sources.
    if (path.endsWith('.spec.ts') || path === 'libs/agent-contract/agent.proto') return;
    hash.update(`${path}\0${status.size}\0${status.mtimeMs}\n`);
    return;
  }
  for (const name of readdirSync(join(ROOT, path)).sort()) {
    if (!NOT_SOURCES.has(name)) addToStamp(hash, join(path, name));
  }
}
