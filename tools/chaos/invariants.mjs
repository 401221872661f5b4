import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { findLeftovers } from '../e2e/leftovers.mjs';

const NAME = 'Debian 12';
/** Shorter than the time between promotion's two writes. */
const SAMPLE_MS = 4;

/** The images of the local cloud as they stand on the disk, whether the manager runs or not. */
export function readImages(storagePath) {
  const folder = join(storagePath, 'clouds/local/images');
  let ids;
  try {
    ids = readdirSync(folder);
  } catch {
    return [];
  }
  return ids.flatMap((id) => {
    try {
      return [{ id, ...JSON.parse(readFileSync(join(folder, id, 'image.json'), 'utf8')) }];
    } catch {
      return []; // It is just being made or deleted.
    }
  });
}

/** What users see under the name. */
export function visibleImages(storagePath) {
  return readImages(storagePath).filter(
    ({ name, hidden, status }) => name === NAME && !hidden && status === 'active',
  );
}

/** Looks all the time: once there was a visible image, there is always one, and never more than two. */
export class Sampler {
  samples = 0;
  violations = [];
  #stopped = false;
  #done;

  constructor(storagePath) {
    this.storagePath = storagePath;
    this.#done = this.#run();
  }

  async stop() {
    this.#stopped = true;
    await this.#done;
  }

  async #run() {
    let had = false;
    while (!this.#stopped) {
      // Reading takes two steps per image, and a switch can come between them: only what two looks agree on counts.
      const count = visibleImages(this.storagePath).length;
      const isWrong = (had && count === 0) || count > 2;
      if (isWrong && visibleImages(this.storagePath).length === count) {
        this.violations.push(`${count} visible images at ${new Date().toISOString()}`);
      }
      had ||= count > 0;
      this.samples += 1;
      await new Promise((settle) => setTimeout(settle, SAMPLE_MS));
    }
  }
}

/**
 * What must hold once a build is over and its cleanup has had its time.
 *
 * @returns {Promise<string[]>} a line for each rule that is broken
 */
export async function atRest(sandbox, buildId, { hadCurrent }) {
  const { storagePath, api } = sandbox;
  const broken = [];
  const visible = visibleImages(storagePath);
  if (hadCurrent && visible.length !== 1) broken.push(`${visible.length} visible images at rest`);
  const candidates = readImages(storagePath).filter(({ name }) => name.includes('candidate'));
  if (candidates.length > 0)
    broken.push(`images left: ${candidates.map(({ name, status }) => `${name} (${status})`).join(', ')}`);
  const [cloud] = await api.clouds();
  if (cloud.servers.length > 0)
    broken.push(`servers left: ${cloud.servers.map(({ name }) => name).join(', ')}`);
  for (const line of findLeftovers(storagePath, { known: sandbox.serverPids() }))
    broken.push(`left: ${line}`);
  broken.push(...ledgerProblems(storagePath));
  const images = await api.images('local');
  const current = images.filter(({ state, ours }) => ours && state === 'current');
  if (current.length !== visible.length || current.some(({ id }) => id !== visible[0]?.id)) {
    broken.push(`the database says ${current.length} current, users see ${visible.length}`);
  }
  const build = await api.build(buildId);
  for (const { stage, status } of build.stages) {
    if (status === 'pending' || status === 'running') broken.push(`stage ${stage} is ${status}`);
  }
  if (build.status === 'failed' && !build.cause?.message) broken.push('it failed without a cause');
  broken.push(...(await logProblems(api, buildId)));
  return broken;
}

/** An intent that was looked for once and not found waits for its second look; everything else has to be closed. */
export function ledgerProblems(storagePath, { intentsMayWait = true } = {}) {
  const database = new Database(join(storagePath, 'image-manager.sqlite'), { readonly: true });
  try {
    const rows = /** @type {any[]} */ (
      database.prepare("SELECT * FROM ledger WHERE state IN ('intended', 'held')").all()
    );
    return rows
      .filter(({ state, missedAt }) => !(intentsMayWait && state === 'intended' && missedAt !== null))
      .map(
        ({ buildId, kind, name, state, problem }) =>
          `ledger: ${kind} ${name} of build ${buildId} is ${state}${problem ? ` (${problem})` : ''}`,
      );
  } finally {
    database.close();
  }
}

/** @returns {Promise<string[]>} a line when the build's log has a gap, or a line twice. */
export async function logProblems(api, buildId) {
  let next = 1;
  let expected = 1;
  while (next !== undefined) {
    const { lines, nextFrom } = await api.log(buildId, next);
    for (const { n } of lines) {
      if (n !== expected) return [`the log has line ${n} where ${expected} belongs`];
      expected += 1;
    }
    next = nextFrom;
  }
  return [];
}
