import { parseArgs } from 'node:util';
import { createProgress, formatDuration } from '../bootstrap/progress.mjs';
import { prepare } from '../bootstrap/prepare.mjs';
import { Refusal } from '../bootstrap/refusal.mjs';
import { waitUntil } from '../e2e/scenarios.mjs';
import { buildMutant, MUTATIONS } from './mutations.mjs';
import { seeded } from './random.mjs';

const USAGE = `npm run chaos -- [--runs N] [--seed N] [--mutate ${Object.keys(MUTATIONS).join('|')}]

Builds on the local cloud with stand-ins for disk-image-create and for the agent, and strikes at random moments: kill -9,
SIGTERM, cancel, processes that die. After each build the rules of the design are checked, and one of them, that users have
an image at every moment, all the while. The same seed gives the same strikes. --mutate breaks a rule on purpose: the
command then succeeds when the checker objects.
`;

/** An intent is looked for twice, a minute apart, by a reaper that wakes every minute. */
const LAST_LOOK_MS = 200_000;

/** @param {string[]} argv @returns {Promise<number>} exit status */
export async function main(argv) {
  const options = parseOptions(argv);
  if (options.help) {
    process.stdout.write(USAGE);
    return 0;
  }
  const progress = createProgress(process.stdout);
  await prepare(progress);
  const mutant = options.mutate === undefined ? undefined : buildMutant(options.mutate);
  try {
    const { violations, struck } = await storm(options, mutant?.apiMain, progress.say);
    if (!mutant) return violations === 0 ? 0 : 1;
    progress.say(
      violations > 0
        ? `The checker objects to ${options.mutate}, as it should`
        : `The checker does not object to ${options.mutate} in ${struck} strikes`,
    );
    return violations > 0 ? 0 : 1;
  } finally {
    mutant?.remove();
  }
}

async function storm({ runs, seed, mutate }, apiMain, say) {
  const { createFastInstallation } = await import('./installation.mjs');
  const { Guests, localServers } = await import('./guests.mjs');
  const { Sampler, ledgerProblems } = await import('./invariants.mjs');
  const { chaosRun } = await import('./run.mjs');
  const { killServers } = await import('./strikes.mjs');

  const begin = performance.now();
  const random = seeded(seed);
  const sandbox = await createFastInstallation(apiMain === undefined ? {} : { apiMain });
  say(`seed ${seed}, ${runs} runs, in ${sandbox.folder}`);
  await sandbox.startServer();
  const guests = new Guests(localServers(sandbox.storagePath), sandbox.grpcAddress);
  const sampler = new Sampler(sandbox.storagePath);
  /** @type {Map<string, number>} */
  const struck = new Map();
  let violations = 0;
  try {
    for (let run = 1; run <= runs; run += 1) {
      const {
        status,
        strikes,
        violations: broken,
      } = await chaosRun({ sandbox, guests }, random, await artifactOf(sandbox));
      for (const strike of strikes) struck.set(strike, (struck.get(strike) ?? 0) + 1);
      const seen = [...broken, ...sampler.violations.splice(0)];
      violations += seen.length;
      if (seen.length > 0) say(`run ${run}: ${status}; ${strikes.join(', ')}\n  ${seen.join('\n  ')}`);
      else if (run % 10 === 0) say(`run ${run}: ${status}; ${strikes.join(', ')}`);
      // A mutant is caught or not; what follows from it is of no interest.
      if (mutate !== undefined && violations > 0) break;
    }
    if (mutate === undefined) {
      await waitUntil(
        'the last intents to be looked for twice',
        () => ledgerProblems(sandbox.storagePath, { intentsMayWait: false }).length === 0,
        { timeoutMs: LAST_LOOK_MS, intervalMs: 2000 },
      ).catch((error) => {
        violations += 1;
        say(
          `${error.message}\n  ${ledgerProblems(sandbox.storagePath, { intentsMayWait: false }).join('\n  ')}`,
        );
      });
    }
  } finally {
    await sampler.stop();
    // A mutant that undoes nothing leaves its servers running: they go before their folder does.
    if (mutate !== undefined) killServers(sandbox);
    await sandbox.remove();
    await guests.stop();
  }
  const total = [...struck.values()].reduce((sum, count) => sum + count, 0);
  for (const [strike, count] of [...struck].sort()) say(`${String(count).padStart(5)}  ${strike}`);
  say(
    `${runs} runs, ${total} strikes, ${sampler.samples} samples, ${formatDuration(performance.now() - begin)}`,
  );
  say(`${violations} violations`);
  return { violations, struck: total };
}

/** The newest build with an artifact. */
async function artifactOf(sandbox) {
  const response = await fetch(`${sandbox.url}/api/builds?status=succeeded&pageSize=1`, {
    headers: { authorization: sandbox.api.authorization },
  });
  const page = /** @type {any} */ (await response.json());
  return page.items[0]?.id;
}

function parseOptions(argv) {
  try {
    const { values } = parseArgs({
      args: argv,
      options: {
        runs: { type: 'string', default: '40' },
        seed: { type: 'string', default: String(Date.now() % 1_000_000) },
        mutate: { type: 'string' },
        help: { type: 'boolean', default: false },
      },
    });
    const [runs, seed] = [Number(values.runs), Number(values.seed)];
    if (!Number.isSafeInteger(runs) || runs < 1) throw new Error('--runs must be a number above 0');
    if (!Number.isSafeInteger(seed) || seed < 0) throw new Error('--seed must be a number');
    if (values.mutate !== undefined && !Object.hasOwn(MUTATIONS, values.mutate)) {
      throw new Error(`--mutate must be one of ${Object.keys(MUTATIONS).join(', ')}`);
    }
    const mutate = /** @type {keyof typeof MUTATIONS | undefined} */ (values.mutate);
    return { runs, seed, mutate, help: values.help };
  } catch (error) {
    throw new Refusal(`${error.message.split('\n')[0]}\n\n${USAGE}`, 2);
  }
}
