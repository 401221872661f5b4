import { formatDuration } from '../../../bootstrap/progress.mjs';
import { useStandIns } from '../../../chaos/installation.mjs';
import { CLOUD_FILES, startCloud } from '../../../openstack/all-in-one.mjs';
import { runScenarios, selectScenarios } from '../../scenarios.mjs';
import { NAME } from '../expectations.mjs';
import { createOpenStackSandbox } from '../openstack-sandbox.mjs';
import { openRawCloud } from '../raw-cloud.mjs';
import { openRows } from '../rows-seen.mjs';
import { HostAgents } from './host-agents.mjs';
import { killMatrix, sampleOf } from './scenarios.mjs';

/** Seconds: a stage's time goes on while the API is down, and the machine may be busy with other things. */
const DEADLINES = { build: 180, upload: 180, boot: 180, test: 180, promote: 180, cleanup: 180 };

/**
 * `kill -9` at each call of a life cycle, on services whose servers have nothing behind them: the real agent runs on this
 * machine instead. What came of each is a row of docs/reliability.md.
 *
 * @param {ReturnType<import('../../../bootstrap/progress.mjs').createProgress>} progress
 * @param {{ only?: string[], sample?: boolean, signal: AbortSignal }} options `sample`: some strikes stand for all
 * @returns {Promise<{ passed: number, failed: number }>}
 */
export async function runKillMatrix(progress, { only = [], sample = false, signal }) {
  const all = killMatrix();
  const scenarios = sample ? sampleOf(all) : selectScenarios(all, only);
  await progress.step('taking the servers’ insides away', () => startCloud({ virt: 'fake' }));
  signal.throwIfAborted();
  const sandbox = await createOpenStackSandbox({ signal });
  useStandIns(sandbox, DEADLINES);
  const cloud = await openRawCloud(CLOUD_FILES.openrc);
  const agents = new HostAgents(sandbox.folder, cloud, await openRawCloud(CLOUD_FILES.adminrc));
  const places = all.flatMap(({ place }) => place ?? []);
  const rows = openRows('openstack', places, { more: scenarios.length < all.length });
  const begin = performance.now();
  try {
    const context = { sandbox, cloud, agents, name: NAME, rows };
    return await runScenarios(scenarios, context, progress.say, { signal });
  } finally {
    progress.say(`The matrix took ${formatDuration(performance.now() - begin)}`);
    await agents.stop();
    await sandbox.remove();
  }
}
