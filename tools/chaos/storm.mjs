import { Agent, setGlobalDispatcher } from 'undici';
import { formatDuration } from '../bootstrap/progress.mjs';
import { waitUntil } from '../e2e/scenarios.mjs';
import { Guests, localServers } from './guests.mjs';
import { createFastInstallation } from './installation.mjs';
import { Sampler, ledgerProblems } from './invariants.mjs';
import { planRun } from './plan.mjs';
import { chaosRun } from './run.mjs';
import { killServers } from './strikes.mjs';
import { Tally } from './tally.mjs';

/** An intent is looked for twice, a minute apart, by a reaper that wakes every minute. */
const LAST_LOOK_MS = 200_000;

/**
 * Build after build in one installation, with strikes at random moments.
 *
 * @param {{ runs: number, seed: number, signal: AbortSignal, apiMain?: string }} options another build of the API is a
 *   mutant: caught or not, what follows from it is of no interest; the signal ends it in the middle of a run, which then
 *   does not count
 * @param {(text: string) => void} say
 * @returns {Promise<{ passed: number, failed: number, strikes: number }>} runs without and with violations
 */
export async function storm({ runs, seed, signal, apiMain }, say) {
  // No connection is used twice: the server at its other end may have been killed since.
  setGlobalDispatcher(new Agent({ pipelining: 0 }));
  const begin = performance.now();
  const isMutant = apiMain !== undefined;
  const sandbox = await createFastInstallation({ signal, ...(isMutant ? { apiMain } : {}) });
  say(`seed ${seed}, ${runs} runs, in ${sandbox.folder}`);
  await sandbox.startServer();
  const guests = new Guests(localServers(sandbox.storagePath), sandbox.grpcAddress);
  const sampler = new Sampler(sandbox.storagePath);
  const tally = new Tally();
  let violations = 0;
  let done = 0;
  let failed = 0;
  try {
    while (done < runs && !(isMutant && failed > 0)) {
      const plan = planRun(seed, done + 1);
      const run = await chaosRun({ sandbox, guests }, plan, await artifactOf(sandbox));
      signal.throwIfAborted();
      done += 1;
      run.strikes.forEach((strike) => tally.add(strike));
      const seen = [...run.violations, ...sampler.violations.splice(0)];
      violations += seen.length;
      if (seen.length > 0) failed += 1;
      if (seen.length > 0 || done % 10 === 0) say([headline(done, run), ...seen].join('\n  '));
    }
    if (!isMutant) {
      const left = await afterLastLook(sandbox);
      violations += left.length;
      if (left.length > 0) failed += 1;
      left.forEach((line) => say(line));
    }
  } catch (error) {
    // Whatever failed on its way to an end that somebody asked for: what was seen until then is worth its lines.
    if (!signal.aborted) throw error;
  } finally {
    await sampler.stop();
    // A mutant that undoes nothing leaves its servers running: they go before their folder does.
    if (isMutant) killServers(sandbox);
    await sandbox.remove();
    await guests.stop();
  }
  tally.lines().forEach((line) => say(line));
  const time = formatDuration(performance.now() - begin);
  say(`${done} runs, ${tally.total} strikes, ${sampler.samples} samples, ${time}, seed ${seed}`);
  say(`${violations} violations`);
  return { passed: Math.max(0, done - failed), failed, strikes: tally.total };
}

function headline(number, { status, strikes }) {
  return `run ${number}: ${status}; ${strikes.map(({ name, place }) => `${name} (${place})`).join(', ')}`;
}

/** What the ledger still has open once every intent was looked for twice. */
async function afterLastLook({ storagePath }) {
  const problems = () => ledgerProblems(storagePath, { intentsMayWait: false });
  await waitUntil('the last intents to be looked for twice', () => problems().length === 0, {
    timeoutMs: LAST_LOOK_MS,
    intervalMs: 2000,
  }).catch(() => undefined);
  return problems();
}

/** The newest build with an artifact. */
async function artifactOf(sandbox) {
  const response = await fetch(`${sandbox.url}/api/builds?status=succeeded&pageSize=1`, {
    headers: { authorization: sandbox.api.authorization },
  });
  const page = /** @type {any} */ (await response.json());
  return page.items[0]?.id;
}
