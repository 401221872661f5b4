import { createProgress } from '../bootstrap/progress.mjs';
import { prepare } from '../bootstrap/prepare.mjs';
import { SYSTEM_PACKAGES } from '../bootstrap/system-packages.mjs';
import { runScenarios } from './scenarios.mjs';
import { createSandbox } from './sandbox.mjs';

const SERVER_STARTS = 'a server starts on what the command left';

/**
 * `npm run e2e`: the real life cycle on this machine, once from scratch and then with its artifact. The last line is
 * `N passed, N failed`.
 *
 * @returns {Promise<number>} exit status
 */
export async function main() {
  const progress = createProgress(process.stdout);
  await prepare(progress, { programs: SYSTEM_PACKAGES.e2e });
  // These need the packages that were installed just now.
  const { firstRun, bytes, secondRun } = await import('./life-cycle.mjs');
  const refusals = await import('./refusals.mjs');
  const mishaps = await import('./mishaps.mjs');
  const { dashboard, rollBackInDashboard } = await import('./dashboard.mjs');

  const sandbox = await createSandbox();
  progress.say(`The sandbox is ${sandbox.folder}`);
  const startServer = { name: SERVER_STARTS, run: () => sandbox.startServer() };
  try {
    const { passed, failed } = await runScenarios(
      [
        firstRun,
        bytes,
        startServer,
        refusals.badRequests,
        refusals.badSockets,
        refusals.brokenDefinition,
        refusals.impostor,
        secondRun,
        refusals.usedToken,
        rollBackInDashboard,
        mishaps.failedCheck,
        mishaps.killedDuringBoot,
        dashboard,
        { ...mishaps.stopped, needs: [SERVER_STARTS, dashboard.name] },
        mishaps.interrupted,
      ],
      { sandbox },
      progress.say,
    );
    progress.say(`${passed} passed, ${failed} failed`);
    return failed === 0 ? 0 : 1;
  } finally {
    await sandbox.remove();
  }
}
