import { expectFinal } from '../e2e/expectations.mjs';
import { atRest, visibleImages } from './invariants.mjs';

const BUILD_MS = 120_000;
const REST_MS = 20_000;

/**
 * One build, with one or two strikes at moments that the plan knows.
 *
 * @param {{ sandbox: any, guests: import('./guests.mjs').Guests }} installation
 * @param {ReturnType<import('./plan.mjs').planRun>} plan
 * @param {number | undefined} artifactOf
 * @returns {Promise<{ status: string, strikes: { name: string, place: string }[], violations: string[] }>}
 */
export async function chaosRun(installation, plan, artifactOf) {
  const { sandbox, guests } = installation;
  const hadCurrent = visibleImages(sandbox.storagePath).length > 0;
  const kind = artifactOf === undefined || plan.fromScratch ? plan.dib : 'artifact';
  guests.silent = plan.silentAgent;
  const { id } = await createBuild(sandbox, {
    ...(kind === 'artifact' ? { artifactOf } : {}),
    ...(kind === 'slow' || kind === 'broken' ? { dibArguments: [`--root-label=${kind}`] } : {}),
  });
  const begin = performance.now();
  const strikes = [];
  for (const { afterMs, strike } of plan.strikes) {
    await sleep(Math.max(0, begin + afterMs - performance.now()));
    strikes.push({ name: strike.name, place: await placeOf(sandbox, id) });
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

/** What the build is at, in the words of the tally. */
async function placeOf(sandbox, id) {
  const { status, stages } = await sandbox.api.build(id);
  if (status === 'queued') return 'queued';
  if (status !== 'running') return 'over';
  return stages.find((stage) => stage.status === 'running')?.stage ?? 'between';
}

function sleep(milliseconds) {
  return new Promise((settled) => setTimeout(settled, milliseconds));
}
