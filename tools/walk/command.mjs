import { spawn } from 'node:child_process';
import { realpathSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { onInterrupt } from '../bootstrap/interrupt-echo.mjs';
import { prepare } from '../bootstrap/prepare.mjs';
import { createProgress } from '../bootstrap/progress.mjs';
import { Refusal } from '../bootstrap/refusal.mjs';
import { SYSTEM_PACKAGES } from '../bootstrap/system-packages.mjs';
import { PINNED_NODE, ROOT, workspaceEnvironment } from '../bootstrap/workspace.mjs';

const USAGE = `npm run walk -- [--only TEXT]
npm run walk -- --serve [--port N] [--fresh | --clouds N] [--lines N]
npm run walk -- --shots DIR [--only SCREEN] [--clouds N] [--lines N]

The dashboard over the real API, with stand-ins for disk-image-create, for an OpenStack and for test servers, and with half
a year of made-up history in a storage of its own. Without --serve and --shots, walks through it and checks what holds there;
--only those walks whose name holds the text.

--serve   serves it until Ctrl-C, on port N (default 8090); --fresh begins with an empty storage instead
--shots   takes a picture of each screen in each theme, language and width into DIR; --only those whose name begins so
--clouds  how many clouds there are (default 3); those beyond the usual ones have forty images of ours each
--lines   how long the log of the build that failed last is (default 12000)
`;

/** @param {string[]} argv @returns {Promise<number>} exit status */
export async function main(argv) {
  const options = parseOptions(argv);
  if (options.help) {
    process.stdout.write(USAGE);
    return 0;
  }
  const progress = createProgress(process.stdout);
  await prepare(progress, { programs: options.serve ? SYSTEM_PACKAGES.runtime : SYSTEM_PACKAGES.tests });
  // A clone's first npm runs under the machine's own Node, and what follows uses what the API is built for.
  if (process.execPath !== realpathSync(PINNED_NODE)) return runPinned(argv);
  if (options.serve) {
    const { serve } = await import('./serve.mjs');
    await serve(options, progress.say);
  } else if (options.shots === undefined) {
    const { runWalks } = await import('./run-walks.mjs');
    return runWalks(options, progress.say);
  } else {
    const { takeShots } = await import('./shots.mjs');
    await takeShots({ ...options, folder: options.shots }, progress.say);
  }
  return 0;
}

function runPinned(argv) {
  const child = spawn(PINNED_NODE, ['tools/bootstrap/walk.mjs', ...argv], {
    cwd: ROOT,
    env: workspaceEnvironment(),
    stdio: 'inherit',
  });
  // Ctrl-C reaches the child as well, which then tidies up.
  onInterrupt('SIGINT', () => undefined);
  onInterrupt('SIGTERM', () => child.kill('SIGTERM'));
  return new Promise((settle) => child.once('exit', (status) => settle(status ?? 1)));
}

function parseOptions(argv) {
  try {
    const { values } = parseArgs({
      args: argv,
      options: {
        serve: { type: 'boolean', default: false },
        shots: { type: 'string' },
        only: { type: 'string' },
        port: { type: 'string', default: '8090' },
        fresh: { type: 'boolean', default: false },
        clouds: { type: 'string', default: '3' },
        lines: { type: 'string', default: '12000' },
        help: { type: 'boolean', default: false },
      },
    });
    const [port, longLines, clouds] = [Number(values.port), Number(values.lines), Number(values.clouds)];
    if (!Number.isSafeInteger(port) || port < 1 || port > 65_535) throw new Error('--port must be a port');
    if (!Number.isSafeInteger(longLines) || longLines < 3000) throw new Error('--lines must be 3000 or more');
    if (!(Number.isSafeInteger(clouds) && clouds >= 3 && clouds <= 40))
      throw new Error('--clouds must be 3 to 40');
    return { ...values, port, longLines, clouds };
  } catch (error) {
    throw new Refusal(`${error.message.split('\n')[0]}\n\n${USAGE}`, 2);
  }
}
