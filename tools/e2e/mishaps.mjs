import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { formatDuration } from '../bootstrap/progress.mjs';
import { expectClean, expectFinal, expectOneCurrent } from './expectations.mjs';
import { FIRST_RUN } from './life-cycle.mjs';
import { startLifecycle } from './run-lifecycle.mjs';
import { waitUntil } from './scenarios.mjs';

const BOOT_AND_TEST_MS = 20 * 60_000;

export const failedCheck = {
  name: 'an image that fails a required check is not promoted, and the cause names the check',
  needs: [FIRST_RUN],
  async run({ sandbox, first }) {
    const before = await expectOneCurrent(sandbox);
    const path = join(sandbox.distrosPath, 'debian-12.yaml');
    const original = readFileSync(path, 'utf8');
    // The definition now promises what the image is not.
    const changed = original.replace(/^version:.*$/m, "version: '13'");
    assert.notEqual(changed, original);
    writeFileSync(path, changed);
    try {
      const run = await startLifecycle(sandbox, ['debian-12', '--artifact-of', String(first.buildId)]).ended;
      assert.equal(run.status, 1, run.log.slice(-1500));
      assert.equal(run.result.status, 'failed');
      assert.match(run.result.cause.message, /system\.os-release/);
      assert.equal(run.result.cause.stage, 'test');
      assert.equal((await expectOneCurrent(sandbox)).id, before.id);
      await expectClean(sandbox);
      return `${run.result.cause.code}: ${run.result.cause.message}`;
    } finally {
      writeFileSync(path, original);
    }
  },
};

export const killedDuringBoot = {
  name: 'after kill -9 of the API during boot, the next start finishes or fails the build and cleans up',
  needs: [FIRST_RUN],
  async run({ sandbox, first }) {
    const { id } = await sandbox.api.createBuild({ distroId: 'debian-12', artifactOf: first.buildId });
    await waitUntil(
      'the boot',
      async () => {
        const { stages } = await sandbox.api.build(id);
        return stages.some(({ stage, status }) => stage === 'boot' && status === 'running');
      },
      { timeoutMs: 120_000 },
    );
    await sandbox.stopServer('SIGKILL');
    await sandbox.startServer();
    const build = await expectFinal(sandbox, id, BOOT_AND_TEST_MS);
    assert.ok(['succeeded', 'failed'].includes(build.status), build.status);
    if (build.status === 'failed') assert.ok(build.cause.message);
    await expectOneCurrent(sandbox);
    await expectClean(sandbox);
    return build.cause ? `${build.status}: ${build.cause.message}` : build.status;
  },
};

export const interrupted = {
  name: 'Ctrl-C of the command cancels the build, cleans up and exits with 130',
  async run({ sandbox }) {
    await sandbox.stopServer('SIGTERM');
    const run = startLifecycle(sandbox, ['debian-12']);
    let early;
    void run.ended.then((end) => (early = end));
    await waitUntil(
      'debootstrap',
      () => {
        assert.equal(early, undefined, `it ended before: ${early?.log.slice(-1500)}`);
        return run.log().includes('I: Retrieving');
      },
      { timeoutMs: 300_000 },
    );
    await new Promise((settle) => setTimeout(settle, 5000));
    const begin = performance.now();
    process.kill(-run.pid, 'SIGINT');
    const { status, result, log } = await run.ended;
    assert.equal(status, 130, log.slice(-1500));
    assert.equal(result.status, 'cancelled');
    const took = performance.now() - begin;
    await expectClean(sandbox, 1000);
    return `over and clean ${formatDuration(took)} after it`;
  },
};

export const stopped = {
  name: 'SIGTERM stops the server and leaves nothing',
  async run({ sandbox }) {
    await sandbox.stopServer('SIGTERM');
    await expectClean(sandbox, 2000);
  },
};
