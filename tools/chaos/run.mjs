import { expectFinal } from '../e2e/expectations.mjs';
import { atRest, visibleImages } from './invariants.mjs';
import { chooseStrike } from './strikes.mjs';

const BUILD_MS = 120_000;
const REST_MS = 20_000;
/** Most builds are over by then; later strikes meet cleanup, or nothing. */
const LATEST_STRIKE_MS = 3000;

/**
 * One build, with one to three strikes at random moments.
 *
 * @param {{ sandbox: any, guests: import('./guests.mjs').Guests }} installation
 * @param {ReturnType<import('./random.mjs').seeded>} random
 * @param {number | undefined} artifactOf
 * @returns {Promise<{ status: string, strikes: string[], violations: string[] }>}
 */
export async function chaosRun(installation, random, artifactOf) {
  const { sandbox, guests } = installation;
  const hadCurrent = visibleImages(sandbox.storagePath).length > 0;
  const isFromScratch = artifactOf === undefined || random.chance(0.5);
  const kind = isFromScratch ? random.pick(['quick', 'quick', 'slow', 'broken']) : 'artifact';
  guests.silent = random.chance(0.1);
  const plan = Array.from({ length: random.chance(0.3) ? 2 : 1 }, () => ({
    afterMs: random.between(0, LATEST_STRIKE_MS),
    strike: chooseStrike(random),
  })).sort((a, b) => a.afterMs - b.afterMs);

  const { id } = await createBuild(sandbox, {
    ...(kind === 'artifact' ? { artifactOf } : {}),
    ...(kind === 'slow' || kind === 'broken' ? { dibArguments: [`--root-label=${kind}`] } : {}),
  });
  const begin = performance.now();
  const strikes = [];
  for (const { afterMs, strike } of plan) {
    await sleep(Math.max(0, begin + afterMs - performance.now()));
    const stage = await runningStage(sandbox, id);
    strikes.push(`${strike.name} in ${stage}`);
    await strike.run(installation, id);
  }
  const build = await expectFinal(sandbox, id, BUILD_MS);
  const violations = await settle(sandbox, id, hadCurrent || build.status === 'succeeded');
  return { status: `${kind}${guests.silent ? ', silent agent' : ''}: ${build.status}`, strikes, violations };
}

/** Only the newest artifact is kept, and it may be a failed build's: then this one starts from scratch. */
async function createBuild(sandbox, fields) {
  try {
    return await sandbox.api.createBuild({ distroId: 'debian-12', ...fields });
  } catch (error) {
    if (error.code !== 'ARTIFACT_UNUSABLE') throw error;
    return await sandbox.api.createBuild({ distroId: 'debian-12' });
  }
}

/** What is still being tidied away gets some time; what is wrong then is wrong. */
async function settle(sandbox, id, hadCurrent) {
  const deadline = performance.now() + REST_MS;
  for (;;) {
    const violations = await atRest(sandbox, id, { hadCurrent });
    if (violations.length === 0 || performance.now() > deadline) return violations;
    await sleep(250);
  }
}

async function runningStage(sandbox, id) {
  const { status, stages } = await sandbox.api.build(id);
  const running = stages.find((stage) => stage.status === 'running')?.stage;
  return running ?? (status === 'running' ? 'between stages' : status);
}

function sleep(milliseconds) {
  return new Promise((settled) => setTimeout(settled, milliseconds));
}
