import { parseArgs } from 'node:util';
import { createProgress } from '../bootstrap/progress.mjs';
import { prepare } from '../bootstrap/prepare.mjs';
import { SYSTEM_PACKAGES } from '../bootstrap/system-packages.mjs';
import { watchInterrupts } from './interruption.mjs';
import { runScenarios, selectScenarios } from './scenarios.mjs';
import { createSandbox } from './sandbox.mjs';

/**
 * `npm run e2e`: the real life cycle on this machine, once from scratch and then with its artifact or its tree. With
 * `-- --only WORDS` only the scenarios whose names hold the words, and those that they need. The last line is
 * `N passed, N failed`.
 *
 * @param {string[]} argv
 * @returns {Promise<number>} exit status
 */
export async function main(argv) {
  const { only } = parseArgs({
    args: argv,
    options: { only: { type: 'string', multiple: true, default: [] } },
  }).values;
  const progress = createProgress(process.stdout);
  await prepare(progress, { programs: SYSTEM_PACKAGES.tests });
  // These need the packages that were installed just now.
  const { SERVER_STARTS, firstRun, bytes, secondRun } = await import('./life-cycle.mjs');
  const refusals = await import('./refusals.mjs');
  const mishaps = await import('./mishaps.mjs');
  const { takeTree } = await import('./derived-image.mjs');
  const buildFaults = await import('./build-faults.mjs');
  const bootFaults = await import('./boot-faults.mjs');
  const { twoAtOnce } = await import('./concurrent-builds.mjs');
  const { dashboard, rollBackInDashboard } = await import('./dashboard.mjs');

  const signal = watchInterrupts();
  const sandbox = await createSandbox({ signal });
  progress.say(`The sandbox is ${sandbox.folder}`);
  const startServer = { name: SERVER_STARTS, run: () => sandbox.startServer() };
  try {
    const { passed, failed } = await runScenarios(
      selectScenarios(
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
          takeTree,
          buildFaults.brokenElement,
          buildFaults.killedChroot,
          buildFaults.killedBuild,
          buildFaults.fullTmpfs,
          bootFaults.spoiltImages,
          bootFaults.noBootLoader,
          bootFaults.silentAgent,
          bootFaults.fixedRoot,
          twoAtOnce,
          dashboard,
          { ...mishaps.stopped, needs: [SERVER_STARTS, dashboard.name] },
          mishaps.interrupted,
        ],
        only,
      ),
      { sandbox },
      progress.say,
      { signal },
    );
    progress.say(`${passed} passed, ${failed} failed`);
    return failed === 0 ? 0 : 1;
  } finally {
    await sandbox.remove();
  }
}
