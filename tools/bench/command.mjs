import { createProgress } from '../bootstrap/progress.mjs';
import { prepare } from '../bootstrap/prepare.mjs';
import { createSandbox } from '../e2e/sandbox.mjs';
import { FIRST_LOAD_BYTES } from '../walk/first-load.mjs';
import { residentMb } from './process-figures.mjs';

const IDLE_MS = 20_000;

const OPTIONS = ['--build', '--upload', '--log-viewer', '--log-search', '--first-load', '--history'];

const USAGE = `npm run bench [-- --build] [-- --upload] [-- --log-viewer] [-- --log-search]
              [-- --first-load] [-- --history]

Prints the API's memory at rest and what becomes of 10,000 log lines per second; with --build also what the manager
costs during a real build (about ten minutes), with --upload the rate of uploads to the all-in-one OpenStack
(npm run cloud:up) against curl's, with --log-viewer the frames that Chromium presents while the log viewer scrolls through
20,000 and 1,000,000 lines, beside an empty page, and its heap while 1,000,000 live lines come, with --log-search how long a
search over 1,000,000 lines takes against grep's, with --first-load what Chromium loads until the dashboard's first screen is
interactive, and when it is, with --history how long pages of the history and statistics take with 1,000 and with 100,000
builds. A figure beyond its limit makes the exit status 1.
`;

/** @param {string[]} argv @returns {Promise<number>} exit status */
export async function main(argv) {
  const unknown = argv.find((argument) => !OPTIONS.includes(argument));
  if (unknown !== undefined) {
    process.stdout.write(USAGE);
    return unknown === '--help' ? 0 : 2;
  }
  const progress = createProgress(process.stdout);
  await prepare(progress);
  const { floodEnvironment, floodPath, installFlood, measureLogThroughput } =
    await import('./log-throughput.mjs');
  const { measureBuild } = await import('./build-share.mjs');

  const verdicts = [];
  const report = (what, figure, limit, holds) => {
    verdicts.push(holds);
    progress.say(`${holds ? 'ok  ' : 'OVER'}  ${what}: ${figure} (limit ${limit})`);
  };
  const sandbox = await createSandbox();
  try {
    const begin = performance.now();
    await sandbox.startServer();
    progress.say(`      start of the API: ${((performance.now() - begin) / 1000).toFixed(1)} s`);
    await new Promise((settle) => setTimeout(settle, IDLE_MS));
    const idle = residentMb(sandbox.serverPids()[0]);
    report('API idle', `${idle.toFixed(0)} MB RSS`, '180 MB', idle <= 180);

    if (argv.includes('--build')) {
      const build = await measureBuild(sandbox);
      progress.say(JSON.stringify(build, undefined, 2));
      report('life cycle', build.status, 'succeeded', build.status === 'succeeded');
      report(
        'boot and test',
        `${build.bootAndTestSeconds.toFixed(0)} s`,
        '240 s',
        build.bootAndTestSeconds <= 240,
      );
      report("manager's wall share", percent(build.wallShare), '2 %', build.wallShare <= 0.02);
      progress.say(`      manager's processor time, as a share of the wall time: ${percent(build.cpuShare)}`);
    }
    if (argv.includes('--log-viewer')) {
      const { measureLiveLines, measureScrolling } = await import('./log-viewer.mjs');
      const { empty, few, many } = await measureScrolling();
      progress.say(JSON.stringify({ empty, few, many }, undefined, 2));
      report(
        'frames on screen while 1,000,000 lines scroll',
        `${many.framesPerSecond}/s, an empty page ${empty.framesPerSecond}/s`,
        '50/s, or 0.9 of the empty page where that has less than 55',
        many.framesPerSecond >= Math.min(50, empty.framesPerSecond * 0.9),
      );
      report('of them with a gap in the text', percent(many.blankShare), '1 %', many.blankShare <= 0.01);
      const looks = await measureLiveLines();
      progress.say(`      live lines: ${JSON.stringify(looks)}`);
      const [first, ...later] = looks.map(({ heapMb }) => heapMb);
      const growth = Math.max(...later) - first;
      report('heap from 100,000 to 1,000,000 live lines', `+${growth.toFixed(1)} MB`, '5 MB', growth <= 5);
    }
    if (argv.includes('--log-search')) {
      const { measureLogSearch } = await import('./log-search.mjs');
      for (const [what, { ms, grepMs, ratio, found, grepFound }] of Object.entries(
        await measureLogSearch(),
      )) {
        const figure = `${ms} ms, ${ratio.toFixed(1)} times grep’s ${grepMs} ms`;
        report(`search of 1,000,000 lines for ${what}`, figure, '20 times grep', ratio <= 20);
        report('lines found', String(found), `grep’s ${grepFound}`, found === grepFound);
      }
    }
    if (argv.includes('--first-load')) {
      const { measureFirstLoads, INTERACTIVE_MS } = await import('./first-loads.mjs');
      const { loads, bytes, interactiveMs } = await measureFirstLoads();
      progress.say(JSON.stringify(loads));
      const kB = (count) => `${Math.round(count / 1000)} kB`;
      report('first load', kB(bytes), kB(FIRST_LOAD_BYTES), bytes <= FIRST_LOAD_BYTES);
      report(
        'first screen interactive, median',
        `${interactiveMs} ms`,
        `${INTERACTIVE_MS} ms`,
        interactiveMs <= INTERACTIVE_MS,
      );
    }
    if (argv.includes('--history')) {
      const { measureHistories } = await import('./history.mjs');
      const [few, many] = await measureHistories([1000, 100_000]);
      for (const [what, ms] of Object.entries(many)) {
        const figure = `${ms.toFixed(1)} ms, ${(ms / few[what]).toFixed(1)} times that of 1,000`;
        if (what.endsWith('of all')) progress.say(`      ${what} with 100,000 builds: ${figure}`);
        else {
          const limit = what.startsWith('statistics') ? 500 : 50;
          report(`${what} with 100,000 builds`, figure, `${limit} ms`, ms <= limit);
        }
      }
    }
    if (argv.includes('--upload')) {
      const { measureUpload } = await import('./upload-rate.mjs');
      const { ours, curl, ratio, residentMb: peak } = await measureUpload(sandbox.folder);
      progress.say(
        `      upload: ${ours.toFixed(0)} MB/s, curl ${curl.toFixed(0)} MB/s, ${peak.toFixed(0)} MB RSS`,
      );
      report('upload rate against curl', ratio.toFixed(2), '0.95', ratio >= 0.95);
    }
    await sandbox.stopServer('SIGTERM');

    Object.assign(sandbox.environment, floodEnvironment, {
      PATH: floodPath(installFlood(sandbox.folder), sandbox.environment.PATH),
    });
    await sandbox.startServer();
    const flood = await measureLogThroughput(sandbox);
    progress.say(JSON.stringify(flood, undefined, 2));
    report(
      'log lines stored and delivered',
      `${flood.linesPerSecond}/s`,
      '10,000/s less 5 %',
      flood.linesPerSecond >= 9500,
    );
    report(
      'log lines lost or doubled',
      String(flood.lost + flood.doubled),
      '0, in order',
      flood.lost + flood.doubled === 0 && flood.ordered,
    );
    return verdicts.every(Boolean) ? 0 : 1;
  } finally {
    await sandbox.remove();
  }
}

function percent(share) {
  return `${(share * 100).toFixed(1)} %`;
}
