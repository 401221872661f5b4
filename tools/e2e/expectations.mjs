import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { createReadStream, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { findLeftovers } from './leftovers.mjs';
import { waitUntil } from './scenarios.mjs';

/** How soon nothing of a build may be left once it is over. */
export const CLEAN_MS = 15_000;

export async function expectClean(sandbox, timeoutMs = CLEAN_MS) {
  let left = [];
  await waitUntil(
    'nothing to be left',
    () => {
      left = findLeftovers(sandbox.storagePath, { known: sandbox.serverPids() });
      return left.length === 0;
    },
    { timeoutMs },
  ).catch((error) => {
    throw new Error(`${error.message}; left:\n  ${left.join('\n  ')}`);
  });
}

/** The one visible image of the definition, as users see it. */
export async function expectOneCurrent(sandbox, name = 'Debian 12') {
  const images = await listImages(sandbox);
  const visible = images.filter((image) => isVisible(image, name));
  assert.equal(visible.length, 1, `one visible image is named ${name}: ${JSON.stringify(visible)}`);
  assert.equal(visible[0].state, 'current');
  assert.equal(visible[0].ours, true);
  return visible[0];
}

export async function listImages(sandbox) {
  const answer = await sandbox.api.images('local');
  return Array.isArray(answer) ? answer : answer.items;
}

export function isVisible(image, name = 'Debian 12') {
  return image.name === name && !image.hidden && image.status === 'active';
}

/** Hex digest of a file's bytes as they are on the disk now. */
export async function sha512(path) {
  const hash = createHash('sha512');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}

/** The largest file below a folder whose path holds `part`: an image's or an artifact's bytes. */
export function findBytes(folder, part) {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => path.includes(part))
    .sort((a, b) => statSync(b).size - statSync(a).size);
  assert.ok(files[0], `a file of ${part} is below ${folder}`);
  return files[0];
}

/** Waits until a build is over. */
export function expectFinal(sandbox, id, timeoutMs) {
  const open = new Set(['queued', 'running']);
  return waitUntil(
    `build ${id} to end`,
    async () => {
      const build = await sandbox.api.build(id);
      return open.has(build.status) ? undefined : build;
    },
    { timeoutMs, intervalMs: 500 },
  );
}
