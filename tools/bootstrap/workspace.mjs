import { fileURLToPath } from 'node:url';
import { delimiter, join, resolve } from 'node:path';

/** The repository's root, absolute. */
export const ROOT = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '');

export const BIN = join(ROOT, 'node_modules/.bin');

/** The Node that package-lock.json pins; everything that we build or serve runs under it. */
export const PINNED_NODE = join(BIN, 'node');

export const API_MAIN = join(ROOT, 'dist/apps/api/main.js');

/**
 * What the pinned Node is given to serve. Small young generations keep the idle API near 150 MB instead of 180, and
 * source maps, which would cost another 40, are left out.
 */
export const API_ARGUMENTS = ['--max-semi-space-size=4', API_MAIN];

/** Output of noisy steps. */
export const STEP_LOGS = join(ROOT, 'dist/log');

/** Relative paths in the configuration count from the repository's root, wherever the command was typed. */
export function fromRoot(path) {
  return resolve(ROOT, path);
}

/** This process's environment with the pinned Node and the workspace's tools first in PATH. */
export function workspaceEnvironment(extra = {}) {
  return {
    ...process.env,
    PATH: [BIN, ...searchPath().filter((folder) => folder !== BIN)].join(delimiter),
    NX_TUI: 'false',
    NX_DAEMON: 'false',
    ...extra,
  };
}

/** PATH and the folders of system tools, which an ordinary user's PATH lacks. */
export function searchPath() {
  const folders = (process.env.PATH ?? '').split(delimiter).filter((folder) => folder !== '');
  return [...new Set([...folders, '/usr/local/sbin', '/usr/sbin', '/sbin', '/usr/bin', '/bin'])];
}
