import { isFinal } from '@image-manager/contracts';
import { expectFinal } from '../e2e/expectations.mjs';
import { atRest, visibleImages } from './invariants.mjs';

const BUILD_MS = 120_000;
const REST_MS = 20_000;
const LOOK_MS = 5;

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
  guests.checksMs = plan.checksMs;
  const { id } = await createBuild(sandbox, {
    ...(kind === 'artifact' ? { artifactOf } : {}),
    ...(kind === 'slow' || kind === 'broken' ? { dibArguments: [`--root-label=${kind}`] } : {}),
  });
  const strikes = [];
  for (const { stage, afterMs, strike } of plan.strikes) {
    await stageBegins(sandbox, id, stage);
    await sleep(afterMs);
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

/** Also past that: a stage that was skipped, or a build that is over. */
async function stageBegins(sandbox, id, name) {
  for (;;) {
    const { status, stages } = await sandbox.api.build(id);
    if (isFinal(status) || stages.some(({ stage, status }) => stage === name && status !== 'pending')) return;
    await sleep(LOOK_MS);
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
