import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expectClean, expectOneCurrent, findBytes, isVisible, listImages, sha512 } from './expectations.mjs';
import { formatDuration } from '../bootstrap/progress.mjs';
import { startLifecycle } from './run-lifecycle.mjs';
import { waitUntil } from './scenarios.mjs';

const SAMPLE_MS = 200;

export const FIRST_RUN = 'a Debian 12 image goes through its whole life cycle';
export const SERVER_STARTS = 'a server starts on what the command left';
export const SECOND_RUN = 'a second run retires the first image and never leaves a gap';

/** The one real build; everything later uses its artifact. */
export const firstRun = {
  name: FIRST_RUN,
  async run(context) {
    const { sandbox } = context;
    const { status, result, log } = await startLifecycle(sandbox, ['debian-12']).ended;
    assert.equal(status, 0, log.slice(-1500));
    assert.equal(result.status, 'succeeded');
    for (const stage of result.stages)
      assert.equal(stage.status, 'succeeded', `${stage.stage} ${stage.cloud}`);
    assert.ok(result.checks.length >= 15, `checks are stored: ${result.checks.length}`);
    for (const check of result.checks.filter(({ required }) => required)) {
      assert.equal(check.status, 'pass', `${check.name}: ${check.reason}`);
    }
    context.first = result;
    await expectClean(sandbox);
    const spent = result.stages.map(({ stage, durationMs }) => `${stage} ${formatDuration(durationMs)}`);
    return `${spent.join(', ')}; ${result.checks.length} checks, ${result.logLines} log lines`;
  },
};

export const bytes = {
  name: 'the tested bytes are the promoted bytes',
  needs: [FIRST_RUN],
  async run({ sandbox, first }) {
    const [image] = first.images;
    const expected = first.artifact.sha512;
    assert.match(expected, /^[0-9a-f]{128}$/);
    assert.equal(image.checksum.value, expected);
    assert.equal(
      await sha512(findBytes(sandbox.storagePath, first.artifact.fileName)),
      expected,
      'the artifact',
    );
    assert.equal(await sha512(findBytes(sandbox.storagePath, image.id)), expected, 'the image in the store');
  },
};

export const secondRun = {
  name: SECOND_RUN,
  needs: [FIRST_RUN],
  async run(context) {
    const { sandbox, first } = context;
    const before = await expectOneCurrent(sandbox);
    const samples = sampleImages(sandbox);
    const tokens = watchTokens(sandbox);
    const { status, result, log } = await startLifecycle(sandbox, [
      'debian-12',
      '--artifact-of',
      String(first.buildId),
    ]).ended;
    const counts = await samples.stop();
    context.usedToken = tokens.stop();
    assert.equal(status, 0, log.slice(-1500));

    assert.ok(counts.length > 20, `${counts.length} samples`);
    assert.ok(Math.min(...counts) >= 1, 'there is a visible current image at every moment');
    assert.ok(Math.max(...counts) <= 2, 'there are never more than two');
    const current = await expectOneCurrent(sandbox);
    assert.notEqual(current.id, before.id);
    assert.equal(current.buildId, result.buildId);
    const retired = (await listImages(sandbox)).find(({ id }) => id === before.id);
    assert.equal(retired?.state, 'retired');
    assert.equal(retired.hidden, true);
    await expectClean(sandbox);
    const overlap = counts.filter((count) => count === 2).length;
    return `${counts.length} samples, ${overlap} during the switch`;
  },
};

/** Counts visible images by the public name again and again. */
function sampleImages(sandbox) {
  const counts = [];
  let stopped = false;
  const done = (async () => {
    while (!stopped) {
      counts.push((await listImages(sandbox)).filter((image) => isVisible(image)).length);
      await new Promise((settle) => setTimeout(settle, SAMPLE_MS));
    }
  })();
  return {
    async stop() {
      stopped = true;
      await done;
      return counts;
    },
  };
}

/** Reads the agent's token from the test server's config drive, as only root can. */
function watchTokens(sandbox) {
  let token;
  let stopped = false;
  void waitUntil(
    'a config drive',
    () => {
      token ??= findToken(sandbox.storagePath);
      return stopped || token !== undefined;
    },
    { timeoutMs: 900_000, intervalMs: 1000 },
  ).catch(() => {});
  return {
    stop() {
      stopped = true;
      return token;
    },
  };
}

function findToken(storagePath) {
  const drive = readdirSync(storagePath, { recursive: true, encoding: 'utf8' }).find((path) =>
    path.endsWith('config.iso'),
  );
  if (!drive) return undefined;
  try {
    return /\\*"token\\*":\\*"([\w-]{20,200})\\*"/.exec(
      readFileSync(join(storagePath, drive), 'latin1'),
    )?.[1];
  } catch {
    return undefined;
  }
}
