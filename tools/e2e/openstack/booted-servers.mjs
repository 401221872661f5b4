import { editDefinition } from '../../chaos/installation.mjs';
import { startCloud } from '../../openstack/all-in-one.mjs';
import { runScenarios, selectScenarios } from '../scenarios.mjs';
import { contract } from './contract.mjs';
import * as credentials from './credentials.mjs';
import * as lifeCycle from './life-cycle.mjs';
import * as mishaps from './mishaps.mjs';
import { createOpenStackSandbox } from './openstack-sandbox.mjs';
import { openRows } from './rows-seen.mjs';

/** Deadline of boot and test: emulated, on a machine that is busy with other things as well, a boot of one minute takes many. */
const STAGE_S = 2400;

const LIFE_CYCLE = [
  contract,
  credentials.wrongPassword,
  lifeCycle.firstRun,
  lifeCycle.secondRun,
  lifeCycle.rollBack,
  lifeCycle.retentionPlan,
  mishaps.killedDuringUpload,
  mishaps.killedBetweenTheWrites,
  mishaps.partial,
  mishaps.managerUnreachable,
  lifeCycle.stopped,
];

const STRIKES = [mishaps.killedWhileBooting, mishaps.killedWhileTesting, mishaps.killedBetweenTheWrites];

const KILLS = [
  credentials.wrongPassword,
  lifeCycle.firstRun,
  ...STRIKES.map((scenario) => withRow(scenario)),
  lifeCycle.stopped,
];

/**
 * An image that disk-image-create built, and servers that boot it.
 *
 * @param {ReturnType<import('../../bootstrap/progress.mjs').createProgress>} progress
 * @param {{ kills: boolean, only: string[], signal: AbortSignal }} options
 * @returns {Promise<{ passed: number, failed: number }>}
 */
export async function runWithBootedServers(progress, { kills, only, signal }) {
  const scenarios = selectScenarios(kills ? KILLS : LIFE_CYCLE, only);
  await progress.step('bringing OpenStack up', () => startCloud());
  signal.throwIfAborted();
  const sandbox = await createOpenStackSandbox({ signal });
  progress.say(`The sandbox is ${sandbox.folder}`);
  editDefinition(sandbox, (text) => text.replace(/^ {2}(boot|test): \d+$/gm, `  $1: ${STAGE_S}`));
  const places = STRIKES.map(({ place }) => place);
  const context = kills
    ? { sandbox, rows: openRows('openstack-booted', places, { more: only.length > 0 }) }
    : { sandbox };
  try {
    return await runScenarios(scenarios, context, progress.say, { signal });
  } finally {
    await sandbox.remove();
  }
}

/**
 * What came of it is a row of docs/reliability.md.
 *
 * @param {{ name: string, needs: string[], place: import('./rows-seen.mjs').Place, run(context: any): Promise<string | void> }} scenario
 */
function withRow(scenario) {
  const { place, run } = scenario;
  return {
    ...scenario,
    async run(context) {
      context.rows.forget(place);
      const remark = await run(context);
      context.rows.keep({ ...place, status: context.struck.status });
      return remark;
    },
  };
}
