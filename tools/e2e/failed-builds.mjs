import assert from 'node:assert/strict';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { ledgerProblems, logProblems } from '../chaos/invariants.mjs';
import { CLEAN_MS, expectClean, expectFinal, listImages } from './expectations.mjs';

/** On a busy machine a derived build takes several times its usual minutes. */
export const BUILD_MS = 40 * 60_000;

/**
 * Builds what is to fail, and expects that it did no harm: it ends with a cause that a person can read, everything it
 * made is gone, its log has no gap, and what users boot is what they booted before.
 *
 * @param {{ sandbox: any }} context
 * @param {string} distroId
 * @param {{ during?: (id: number) => Promise<void> }} [options] what is done to it while it runs
 * @returns {Promise<any>} the build
 */
export async function expectFailure(context, distroId, options) {
  const [build] = await expectFailures(context, [distroId], options);
  return build;
}

/**
 * The same of several at once.
 *
 * @param {{ sandbox: any }} context
 * @param {string[]} distroIds
 * @param {{ during?: (id: number) => Promise<void> }} [options]
 * @returns {Promise<any[]>} the builds, in the same order
 */
export async function expectFailures({ sandbox }, distroIds, { during } = {}) {
  const before = await shownImages(sandbox);
  const ids = [];
  for (const distroId of distroIds) ids.push((await sandbox.api.createBuild({ distroId })).id);
  for (const id of ids) await during?.(id);
  const builds = await Promise.all(ids.map((id) => expectFinal(sandbox, id, ids.length * BUILD_MS)));
  for (const { status, cause, stages } of builds) {
    assert.equal(status, 'failed');
    const { code, fault, message, advice } = cause;
    assert.ok(code && fault && message && advice, JSON.stringify(cause));
    for (const { stage, status } of stages) assert.match(status, /^(succeeded|failed|skipped)$/, stage);
  }
  for (const id of ids) await expectNothingLeft(sandbox, id);
  assert.deepEqual(await shownImages(sandbox), before, 'what users boot');
  return builds;
}

/** Of a build that is over: nothing on this machine or in the local cloud, an empty ledger, a log without a gap. */
export async function expectNothingLeft(sandbox, id) {
  await expectClean(sandbox, CLEAN_MS);
  assert.deepEqual(ledgerProblems(sandbox.storagePath, { intentsMayWait: false }), []);
  assert.deepEqual(filesIn(join(sandbox.storagePath, 'work')), [], 'work directories');
  assert.deepEqual(filesIn(join(sandbox.storagePath, 'clouds/local/servers')), [], 'servers');
  const candidates = (await listImages(sandbox)).filter(({ state }) => state === 'candidate');
  assert.deepEqual(candidates, []);
  assert.deepEqual(await logProblems(sandbox.api, id), []);
}

/** A line for the scenario's remark. */
export function describeCause({ cause }) {
  const { code, stage, message, advice } = cause;
  return `${code} in ${stage}: ${message} – ${advice}`;
}

async function shownImages(sandbox) {
  const images = await listImages(sandbox);
  return images
    .filter(({ hidden }) => !hidden)
    .map(({ id, name, state }) => ({ id, name, state }))
    .sort((a, b) => a.id.localeCompare(b.id));
}

function filesIn(folder) {
  return existsSync(folder) ? readdirSync(folder) : [];
}
