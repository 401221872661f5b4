import { spawn } from 'node:child_process';
import { parseArgs } from 'node:util';
import { checkDisk, checkPorts } from './host-checks.mjs';
import { ensureConfiguration } from './configuration.mjs';
import { createProgress } from './progress.mjs';
import { onInterrupt } from './interrupt-echo.mjs';
import { prepare } from './prepare.mjs';
import { Refusal } from './refusal.mjs';
import { findRunningServer } from './running-server.mjs';
import { API_ARGUMENTS, PINNED_NODE, ROOT, workspaceEnvironment } from './workspace.mjs';

const USAGE = `npm start [-- --build <image definition>]…

Installs what is missing, builds, and serves dashboard, API and gRPC until Ctrl-C.

  --build <id>   queue a build of distros/<id>.yaml at once; may be given several times
  --help         this text
`;

/** @param {string[]} argv @returns {Promise<number>} exit status */
export async function main(argv) {
  const options = parseOptions(argv);
  if (options.help) {
    process.stdout.write(USAGE);
    return 0;
  }
  const progress = createProgress(process.stdout);
  const configuration = ensureConfiguration(progress);
  const running = findRunningServer(configuration.storagePath);
  if (running) {
    throw new Refusal(
      `Image Manager runs already: ${running.url} (process ${running.pid}). Stop that one first.`,
    );
  }
  await checkPorts(configuration);
  checkDisk(configuration.storagePath);
  await prepare(progress);
  return await serve(configuration, options.build, progress);
}

function parseOptions(argv) {
  try {
    const { values } = parseArgs({
      args: argv,
      options: {
        build: { type: 'string', multiple: true, default: [] },
        help: { type: 'boolean', default: false },
      },
    });
    return values;
  } catch (error) {
    throw new Refusal(`${error.message.split('\n')[0]} (npm start -- --help lists the options)`, 2);
  }
}

async function serve(configuration, builds, progress) {
  const args = [...API_ARGUMENTS, ...builds.flatMap((id) => ['--build', id])];
  const child = spawn(PINNED_NODE, args, {
    cwd: ROOT,
    env: workspaceEnvironment(),
    stdio: 'inherit',
    // A process group of its own: signals reach it through us alone, and so once each.
    detached: true,
  });
  const exit = new Promise((settle, fail) => {
    child.once('error', fail);
    child.once('close', (status, signal) => settle(status ?? (signal === 'SIGINT' ? 130 : 143)));
  });
  onInterrupt('SIGINT', () => child.kill('SIGINT'));
  onInterrupt('SIGTERM', () => child.kill('SIGTERM'));
  onInterrupt('SIGHUP', () => child.kill('SIGTERM'));

  void announce(configuration, child, progress);
  return await exit;
}

/** Prints where things are as soon as they are there. */
async function announce(configuration, child, progress) {
  while (child.exitCode === null && child.signalCode === null) {
    const health = await fetch(`${configuration.url}/api/health`).catch(() => undefined);
    if (health?.ok) {
      const where = [
        '',
        `Dashboard   ${configuration.url}/`,
        `Swagger UI  ${configuration.url}/api/docs`,
        `User        ${configuration.username}, password as in config.env or HTTP_PASSWORD`,
        '',
        'Ctrl-C stops it.',
      ];
      progress.say(where.join('\n'));
      return;
    }
    await new Promise((settle) => setTimeout(settle, 250));
  }
}
