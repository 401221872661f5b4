import assert from 'node:assert/strict';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { expectFinal } from '../../expectations.mjs';
import { waitUntil } from '../../scenarios.mjs';
import { CLOUD } from '../openstack-sandbox.mjs';
import { countShown } from '../shown-images.mjs';
import { problemsAtRest } from './at-rest.mjs';
import { nameOf } from './call-names.mjs';

/** So that a row ends on a machine that is busy with other things as well. */
const BUILD_MS = 600_000;
const REST_MS = 60_000;
/** Between two looks at what users see: the services are to have time for the product, too. */
const SAMPLE_MS = 300;

const TWO_DAYS_MS = 2 * 24 * 3600 * 1000;

/**
 * @typedef {object} MatrixContext
 * @property {Awaited<ReturnType<typeof import('../openstack-sandbox.mjs').createOpenStackSandbox>>} sandbox
 * @property {Awaited<ReturnType<typeof import('../raw-cloud.mjs').openRawCloud>>} cloud
 * @property {import('./host-agents.mjs').HostAgents} agents
 * @property {string} name of the image that users boot
 * @property {number} artifactOf build whose artifact the others take
 * @property {ReturnType<typeof import('../rows-seen.mjs').openRows>} rows what came of each strike
 * @property {{ target: string, answer: Promise<unknown> }} [rollback] that is under way
 */

/**
 * What is struck: how it begins, and what it comes to after the next start.
 *
 * @typedef {object} Flow
 * @property {string} [of] whose calls these are, where it is no plain build
 * @property {(context: MatrixContext) => Promise<void>} [prepare] makes what `begin` needs
 * @property {(context: MatrixContext) => Promise<number | undefined>} begin gives the build's number, if it is one
 * @property {(context: MatrixContext, id: number | undefined) => Promise<{ status: string, code?: string, message?: string }>} end
 * @property {(context: MatrixContext) => void} [windUp] puts back what `begin` changed, however it went
 */

/** @type {Flow} */
export const buildFlow = {
  begin: startBuild,
  end: (context, id) => endBuild(context, id, ['succeeded', 'failed']),
};

/** A retired image's time is over, so that retention deletes it. @type {Flow} */
export const retentionFlow = {
  ...buildFlow,
  begin(context) {
    letTimePass(context.sandbox.storagePath);
    return startBuild(context);
  },
};

/** The server holds a system other than the definition's: its check fails, and the candidate goes. @type {Flow} */
export const failedBuildFlow = {
  of: 'a build whose check fails',
  begin(context) {
    context.agents.wrongSystem = true;
    return startBuild(context);
  },
  end: (context, id) => endBuild(context, id, ['failed']),
  windUp({ agents }) {
    agents.wrongSystem = false;
  },
};

/** @type {Flow} */
export const rollbackFlow = {
  of: 'a rollback',
  /** What is rolled back from is no target any more: each rollback uses one up. */
  async prepare(context) {
    if (await findTarget(context)) return;
    await endBuild(context, await startBuild(context), ['succeeded']);
  },
  async begin(context) {
    const { sandbox } = context;
    const target = await findTarget(context);
    assert.ok(target, 'there is a retired image to roll back to');
    // Whoever asked gets no answer from a server that was killed.
    const answer = sandbox.api.rollBack(CLOUD, target.id).catch((error) => error);
    context.rollback = { target: target.id, answer };
    return undefined;
  },
  async end({ sandbox, rollback: { target, answer } }) {
    await answer;
    const image = await waitUntil(
      'the rollback to be completed or undone',
      async () => {
        const found = (await sandbox.api.images(CLOUD)).find(({ id }) => id === target);
        return found.hidden === (found.state === 'retired') && found;
      },
      { timeoutMs: REST_MS },
    );
    return { status: image.state === 'current' ? 'rolled back' : 'as it was' };
  },
};

/**
 * Lets a flow come to a call, ends the API there with `kill -9`, starts it again and looks whether the rules held.
 *
 * @param {MatrixContext} context
 * @param {Flow} flow
 * @param {string} call as the lists name it
 * @param {import('../cloud-proxy.mjs').Moment} moment
 * @param {{ startCall?: string }} [options] the next start is killed as well, before this call of its own
 */
export async function strike(context, flow, call, moment, { startCall } = {}) {
  const { sandbox, cloud, name } = context;
  await flow.prepare?.(context);
  const counting = countShown(cloud, name, { everyMs: SAMPLE_MS });
  try {
    let held = false;
    void sandbox.proxy.hold((found) => nameOf(found) === call, { moment }).then(() => (held = true));
    const id = await flow.begin(context);
    await waitUntil(
      `the call ${call}`,
      async () => held || (id !== undefined && (await failIfOver(sandbox, id, call))),
      { timeoutMs: BUILD_MS, intervalMs: 50 },
    );
    await sandbox.stopServer('SIGKILL');
    if (startCall !== undefined) await killNextStart(sandbox, startCall);
    await sandbox.startServer();
    const outcome = await flow.end(context, id);
    await expectAtRest(context, id);
    return outcome;
  } finally {
    flow.windUp?.(context);
    sandbox.proxy.letGo();
    const counts = await counting.stop();
    assert.ok(Math.min(...counts) >= 1, `there was a moment without a visible image: ${counts.join(' ')}`);
    assert.ok(Math.max(...counts) <= 2, `there was a moment with more than two: ${counts.join(' ')}`);
  }
}

/** @throws with what is still wrong after a while */
export async function expectAtRest(context, id) {
  let problems = [];
  await waitUntil(
    'everything at rest',
    async () => {
      problems = await problemsAtRest(context, id);
      return problems.length === 0;
    },
    { timeoutMs: REST_MS },
  ).catch((error) => {
    throw new Error([error.message, ...problems].join('\n    '));
  });
}

export async function startBuild({ sandbox, artifactOf }) {
  return (await sandbox.api.createBuild({ distroId: 'debian-12', artifactOf })).id;
}

export async function endBuild({ sandbox }, id, statuses) {
  const { status, cause } = await expectFinal(sandbox, id, BUILD_MS);
  assert.ok(statuses.includes(status), `it is ${status}: ${JSON.stringify(cause)}`);
  return { status, ...(cause ? { code: cause.code, message: cause.message } : {}) };
}

/** As if what is retired had been so for two days. Nothing of the product is under way meanwhile. */
export function letTimePass(storagePath) {
  const database = new Database(join(storagePath, 'image-manager.sqlite'));
  try {
    database.prepare("UPDATE images SET retiredAt = retiredAt - ? WHERE state = 'retired'").run(TWO_DAYS_MS);
  } finally {
    database.close();
  }
}

async function findTarget({ sandbox }) {
  return (await sandbox.api.images(CLOUD)).find(({ state }) => state === 'retired');
}

async function failIfOver(sandbox, id, call) {
  const { status, stages } = await sandbox.api.build(id);
  // Also what cleanup could not do: the build's own cause is only the first.
  const causes = stages.flatMap(({ stage, cause }) => (cause ? `${stage}: ${cause.message}` : []));
  assert.ok(
    ['queued', 'running'].includes(status),
    [`build ${id} is ${status} and did not call ${call}`, ...causes].join('\n    '),
  );
  return false;
}

/** A start that is killed cannot have come up. */
async function killNextStart(sandbox, call) {
  let held = false;
  void sandbox.proxy.hold((found) => nameOf(found) === call).then(() => (held = true));
  const start = sandbox.startServer().catch((error) => error);
  await waitUntil(`the call ${call} of the next start`, () => held, { timeoutMs: REST_MS });
  await sandbox.stopServer('SIGKILL');
  await start;
}
