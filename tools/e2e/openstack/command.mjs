import { parseArgs } from 'node:util';
import { createProgress } from '../../bootstrap/progress.mjs';
import { prepare } from '../../bootstrap/prepare.mjs';
import { Refusal } from '../../bootstrap/refusal.mjs';
import { SYSTEM_PACKAGES } from '../../bootstrap/system-packages.mjs';
import { watchInterrupts } from '../interruption.mjs';
import { isCloudUp, startCloud, stopCloud } from '../../openstack/all-in-one.mjs';

const USAGE = `npm run e2e:openstack -- [--kills | --matrix] [--only WORDS]…

The real life cycle on a real OpenStack, which is brought up for it and taken down afterwards, unless it was up before. Everything
is looked at with OpenStack's own client or plain requests. The last line is \`N passed, N failed\`.

--kills   instead: kill -9 while a server boots, while its agent tests, and between promotion's two writes
--matrix  instead: kill -9 at each call to OpenStack, with nothing behind its servers, where a build takes seconds; without
          it, at some of them, after the others
--only    only the scenarios whose names hold the words, and those that they need
`;

/** @param {string[]} argv @returns {Promise<number>} exit status */
export async function main(argv) {
  const { kills, matrix, only, help } = parseOptions(argv);
  if (help) {
    process.stdout.write(USAGE);
    return 0;
  }
  const progress = createProgress(process.stdout);
  await prepare(progress, { programs: SYSTEM_PACKAGES.tests });
  const wasUp = await isCloudUp();
  const signal = watchInterrupts();
  let totals = { passed: 0, failed: 1 };
  try {
    // These need the packages that were installed just now.
    const { runKillMatrix } = await import('./kill-matrix/run.mjs');
    const { runWithBootedServers } = await import('./booted-servers.mjs');
    if (matrix) totals = await runKillMatrix(progress, { only, signal });
    else totals = await runWithBootedServers(progress, { kills, only, signal });
    if (!matrix && !kills && only.length === 0) {
      const sample = await runKillMatrix(progress, { sample: true, signal });
      totals = { passed: totals.passed + sample.passed, failed: totals.failed + sample.failed };
    }
  } finally {
    if (wasUp) await startCloud();
    else await progress.step('taking OpenStack down', () => stopCloud());
  }
  progress.say(`${totals.passed} passed, ${totals.failed} failed`);
  return totals.failed === 0 ? 0 : 1;
}

function parseOptions(argv) {
  try {
    const { values } = parseArgs({
      args: argv,
      options: {
        kills: { type: 'boolean', default: false },
        matrix: { type: 'boolean', default: false },
        only: { type: 'string', multiple: true, default: [] },
        help: { type: 'boolean', default: false },
      },
    });
    if (values.kills && values.matrix) throw new Error('--kills and --matrix exclude each other');
    return values;
  } catch (error) {
    throw new Refusal(`${error.message.split('\n')[0]}\n\n${USAGE}`, 2);
  }
}
