import { startCloud } from '../../openstack/all-in-one.mjs';
import { runScenarios, selectScenarios } from '../scenarios.mjs';
import { contract } from './contract.mjs';
import * as credentials from './credentials.mjs';
import * as lifeCycle from './life-cycle.mjs';
import * as mishaps from './mishaps.mjs';
import { createOpenStackSandbox } from './openstack-sandbox.mjs';

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

const KILLS = [
  credentials.wrongPassword,
  lifeCycle.firstRun,
  mishaps.killedWhileBooting,
  mishaps.killedWhileTesting,
  mishaps.killedBetweenTheWrites,
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
  try {
    return await runScenarios(scenarios, { sandbox }, progress.say, { signal });
  } finally {
    await sandbox.remove();
  }
}
