import { createProgress } from '../../bootstrap/progress.mjs';
import { prepare } from '../../bootstrap/prepare.mjs';
import { SYSTEM_PACKAGES } from '../../bootstrap/system-packages.mjs';
import { isCloudUp, startCloud, stopCloud } from '../../openstack/all-in-one.mjs';
import { runScenarios } from '../scenarios.mjs';

/**
 * `npm run e2e:openstack`: the real life cycle on a real OpenStack, which is brought up for it and taken down afterwards,
 * unless it was up before. Everything is looked at with OpenStack's own client. The last line is `N passed, N failed`.
 *
 * @returns {Promise<number>} exit status
 */
export async function main() {
  const progress = createProgress(process.stdout);
  await prepare(progress, { programs: SYSTEM_PACKAGES.e2e });
  const wasUp = await isCloudUp();
  await progress.step('bringing OpenStack up', () => startCloud());
  // These need the packages that were installed just now.
  const { createOpenStackSandbox } = await import('./openstack-sandbox.mjs');
  const lifeCycle = await import('./life-cycle.mjs');
  const mishaps = await import('./mishaps.mjs');
  const credentials = await import('./credentials.mjs');
  const { contract } = await import('./contract.mjs');

  const sandbox = await createOpenStackSandbox();
  progress.say(`The sandbox is ${sandbox.folder}`);
  let totals = { passed: 0, failed: 1 };
  try {
    totals = await runScenarios(
      [
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
      ],
      { sandbox },
      progress.say,
    );
  } finally {
    await sandbox.remove();
    if (!wasUp) await progress.step('taking OpenStack down', () => stopCloud());
  }
  progress.say(`${totals.passed} passed, ${totals.failed} failed`);
  return totals.failed === 0 ? 0 : 1;
}
