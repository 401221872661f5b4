import { parseArgs } from 'node:util';
import { createProgress } from '../bootstrap/progress.mjs';
import { prepare } from '../bootstrap/prepare.mjs';
import { Refusal } from '../bootstrap/refusal.mjs';
import { watchInterrupts } from '../e2e/interruption.mjs';
import { buildMutant, MUTATIONS } from './mutations.mjs';

const USAGE = `npm run chaos -- [--runs N] [--seed N] [--mutate ${Object.keys(MUTATIONS).join('|')}|all]

Builds on the local cloud with stand-ins for disk-image-create and for the agent, and strikes at random moments: kill -9,
SIGTERM, cancel, processes that die. After each build the rules of the design are checked, and one of them, that users have
an image at every moment, all the while. The same seed gives the same strikes. --mutate breaks a rule on purpose: the
command then succeeds when the checker objects. The last line is \`N passed, N failed\`: runs, or mutants that were caught.
`;

/** @param {string[]} argv @returns {Promise<number>} exit status */
export async function main(argv) {
  const options = parseOptions(argv);
  if (options.help) {
    process.stdout.write(USAGE);
    return 0;
  }
  const progress = createProgress(process.stdout);
  await prepare(progress);
  const signal = watchInterrupts();
  // It needs the packages that were installed just now.
  const { storm } = await import('./storm.mjs');
  const { passed, failed } =
    options.mutants.length === 0
      ? await storm({ ...options, signal }, progress.say)
      : await catchMutants({ ...options, signal }, storm, progress.say);
  progress.say(`${passed} passed, ${failed} failed`);
  signal.throwIfAborted();
  return failed === 0 ? 0 : 1;
}

async function catchMutants({ mutants, runs, seed, signal }, storm, say) {
  let passed = 0;
  for (const name of mutants) {
    const mutant = buildMutant(name);
    try {
      const { failed, strikes } = await storm({ runs, seed, signal, apiMain: mutant.apiMain }, say);
      signal.throwIfAborted();
      if (failed > 0) passed += 1;
      say(
        failed > 0
          ? `The checker objects to ${name}, as it should`
          : `The checker does not object to ${name} in ${strikes} strikes`,
      );
    } finally {
      mutant.remove();
    }
  }
  return { passed, failed: mutants.length - passed };
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
    return { runs, seed, mutants: mutantsOf(values.mutate), help: values.help };
  } catch (error) {
    throw new Refusal(`${error.message.split('\n')[0]}\n\n${USAGE}`, 2);
  }
}

/** @param {string | undefined} mutate */
function mutantsOf(mutate) {
  const all = /** @type {(keyof typeof MUTATIONS)[]} */ (Object.keys(MUTATIONS));
  if (mutate === undefined) return [];
  if (mutate === 'all') return all;
  const wanted = all.filter((name) => name === mutate);
  if (wanted.length === 0) throw new Error(`--mutate must be one of ${all.join(', ')}, all`);
  return wanted;
}
