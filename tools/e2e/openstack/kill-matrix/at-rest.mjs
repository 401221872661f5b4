import { join } from 'node:path';
import Database from 'better-sqlite3';
import { ledgerProblems, logProblems } from '../../../chaos/invariants.mjs';
import { findLeftovers } from '../../leftovers.mjs';

const KNOWN_STATES = ['current', 'retired', 'rejected'];

/**
 * What must hold once everything is over, by the cloud's own word, and that the database agrees with it.
 *
 * @param {{ sandbox: any, cloud: Awaited<ReturnType<typeof import('../raw-cloud.mjs').openRawCloud>>, name: string }} context
 * @param {number | undefined} buildId whose row and log are looked at
 * @returns {Promise<string[]>} a line for each rule that is broken
 */
export async function problemsAtRest({ sandbox, cloud, name }, buildId) {
  const [servers, ports, images] = await Promise.all([cloud.servers(), cloud.serverPorts(), cloud.images()]);
  const shown = images.filter((image) => image.name === name && !image.os_hidden);
  return [
    ...servers.map((server) => `server ${server.name} (${server.status}) is left`),
    ...ports.map((port) => `port ${port.id} of server ${port.device_id} is left`),
    ...images
      .filter((image) => image.status !== 'active' || image.name.includes('candidate'))
      .map((image) => `image ${image.name} (${image.status}) is left`),
    ...(shown.length === 1 ? [] : [`${shown.length} visible images are named ${name}`]),
    ...ledgerProblems(sandbox.storagePath),
    ...recordProblems(sandbox.storagePath, images),
    ...findLeftovers(sandbox.storagePath, { known: sandbox.serverPids() }),
    ...(buildId === undefined ? [] : await buildProblems(sandbox, buildId)),
  ];
}

async function buildProblems({ api }, buildId) {
  const build = await api.build(buildId);
  return [
    ...build.stages
      .filter(({ status }) => status === 'pending' || status === 'running')
      .map(({ stage, status }) => `stage ${stage} is ${status}`),
    ...(build.status === 'failed' && !build.cause?.message ? ['it failed without a cause'] : []),
    ...(await logProblems(api, buildId)),
  ];
}

/** Rows of images and ledger against the images that are there. */
function recordProblems(storagePath, images) {
  const { rows, ledger } = read(storagePath);
  const problems = [];
  for (const image of images) {
    const row = rows.find(({ id }) => id === image.id);
    const wanted = image.os_hidden ? ['retired', 'rejected'] : ['current'];
    if (!wanted.includes(row?.state)) problems.push(`image ${image.name} is ${row?.state} to the database`);
    const entry = ledger.find(({ externalId }) => externalId === image.id);
    if (entry?.state !== 'kept') problems.push(`image ${image.name} is ${entry?.state} to the ledger`);
  }
  const isThere = (id) => images.some((image) => image.id === id);
  for (const { id, state } of rows) {
    if (KNOWN_STATES.includes(state) && !isThere(id))
      problems.push(`image ${id} is gone, and ${state} to the database`);
    if (state === 'candidate') problems.push(`image ${id} is a candidate to the database`);
  }
  for (const { externalId, state } of ledger) {
    if (state === 'kept' && !isThere(externalId))
      problems.push(`image ${externalId} is gone, and ${state} to the ledger`);
  }
  return problems;
}

function read(storagePath) {
  const database = new Database(join(storagePath, 'image-manager.sqlite'), { readonly: true });
  try {
    return {
      rows: /** @type {any[]} */ (database.prepare('SELECT id, state FROM images').all()),
      ledger: /** @type {any[]} */ (
        database.prepare("SELECT externalId, state FROM ledger WHERE kind = 'image'").all()
      ),
    };
  } finally {
    database.close();
  }
}
