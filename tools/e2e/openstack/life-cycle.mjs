import assert from 'node:assert/strict';
import { formatDuration } from '../../bootstrap/progress.mjs';
import { expectClean, expectFinal, findBytes, sha512 } from '../expectations.mjs';
import { BUILD_MS, expectAtRest, NAME } from './expectations.mjs';
import { CLOUD_FILES } from '../../openstack/all-in-one.mjs';
import { WRONG_PASSWORD } from './credentials.mjs';
import { CLOUD } from './openstack-sandbox.mjs';
import { openRawCloud } from './raw-cloud.mjs';
import { countShown } from './shown-images.mjs';

export const FIRST_RUN = 'a Debian 12 image goes through its whole life cycle on OpenStack';
export const SECOND_RUN = 'a second run retires the first image, with a visible one at every moment';

export const firstRun = {
  name: FIRST_RUN,
  // It leaves a server that runs.
  needs: [WRONG_PASSWORD],
  async run(context) {
    const { sandbox } = context;
    const { id } = await sandbox.api.createBuild({ distroId: 'debian-12' });
    const build = await expectFinal(sandbox, id, BUILD_MS);
    assert.equal(build.status, 'succeeded', JSON.stringify(build.cause));
    for (const check of build.checks.filter(({ required }) => required)) {
      assert.equal(check.status, 'pass', `${check.name}: ${check.reason}`);
    }
    const { current, hidden } = await expectAtRest(sandbox);
    assert.deepEqual(hidden, []);
    const { properties } = current;
    assert.equal(properties.os_distro, 'debian');
    assert.equal(properties.os_version, '12');
    assert.equal(properties.image_manager_build, String(id));
    assert.equal(properties.image_manager_definition, build.definitionDigest);
    assert.match(properties.image_manager_packages, /^[0-9a-f]{64}$/);
    assert.equal(current.visibility, 'private');
    assert.ok(current.min_disk >= 2 && current.min_ram >= 256);
    // The tested bytes are the promoted bytes, by three words: ours, Glance's, and the file's own.
    assert.equal(properties.os_hash_algo, 'sha512');
    assert.equal(properties.os_hash_value, build.artifact.sha512);
    assert.equal(
      await sha512(findBytes(sandbox.storagePath, build.artifact.fileName)),
      build.artifact.sha512,
    );
    const console = (await sandbox.api.log(id, 1)).total;
    assert.ok(console > 500, 'the log has the console of the boot');
    context.first = build;
    const spent = build.stages.map(({ stage, durationMs }) => `${stage} ${formatDuration(durationMs)}`);
    return `${spent.join(', ')}; ${build.checks.length} checks`;
  },
};

export const secondRun = {
  name: SECOND_RUN,
  needs: [FIRST_RUN],
  async run(context) {
    const { sandbox, first } = context;
    const samples = countShown(await openRawCloud(CLOUD_FILES.openrc), NAME);
    const { id } = await sandbox.api.createBuild({ distroId: 'debian-12', artifactOf: first.id });
    const build = await expectFinal(sandbox, id, BUILD_MS);
    const counts = await samples.stop();
    assert.equal(build.status, 'succeeded', JSON.stringify(build.cause));
    assert.ok(counts.length > 20, `${counts.length} samples`);
    assert.ok(Math.min(...counts) >= 1, 'there is a visible image at every moment');
    assert.ok(Math.max(...counts) <= 2, 'there are never more than two');
    const { current, hidden } = await expectAtRest(sandbox);
    assert.equal(current.properties.image_manager_build, String(id));
    assert.equal(hidden.length, 1);
    assert.equal(hidden[0].properties.image_manager_build, String(first.id));
    assert.match(hidden[0].name, /^Debian 12 \(\d{4}-\d\d-\d\d \d\d:\d\d\)$/);
    context.second = build;
    return `${counts.length} samples, ${counts.filter((count) => count === 2).length} during the switch`;
  },
};

export const rollBack = {
  name: 'one call gives users the retired image back, and the other is never rolled back to',
  needs: [SECOND_RUN],
  async run({ sandbox, first }) {
    const { current, hidden } = await expectAtRest(sandbox);
    const begin = performance.now();
    const image = await sandbox.api.rollBack(CLOUD, hidden[0].id);
    const took = performance.now() - begin;
    assert.equal(image.state, 'current');
    const after = await expectAtRest(sandbox);
    assert.equal(after.current.id, hidden[0].id);
    assert.equal(after.current.properties.image_manager_build, String(first.id));
    assert.deepEqual(
      after.hidden.map(({ id }) => id),
      [current.id],
    );
    await assert.rejects(sandbox.api.rollBack(CLOUD, current.id), (/** @type {any} */ error) => {
      assert.equal(error.code, 'NOT_A_TARGET');
      return true;
    });
    return formatDuration(took);
  },
};

export const retentionPlan = {
  name: 'retention says what stays and why, and touches nothing',
  needs: [SECOND_RUN],
  async run({ sandbox }) {
    // Somebody else’s image of the same name.
    await sandbox.admin.tell(
      'image',
      'create',
      '--public',
      '--disk-format',
      'raw',
      '--file',
      '/etc/hostname',
      NAME,
    );
    try {
      const plan = await sandbox.api.retention(CLOUD);
      const codes = plan.map(({ verdict, code }) => `${verdict} ${code}`).sort();
      assert.deepEqual(codes, ['keep CURRENT', 'keep FOREIGN', 'keep WITHIN_AGE']);
      await expectAtRest(sandbox);
      return codes.join(', ');
    } finally {
      for (const { ID: id, Name: name } of await sandbox.admin.ask('image', 'list', '--public')) {
        if (name === NAME) await sandbox.admin.tell('image', 'delete', id);
      }
    }
  },
};

export const stopped = {
  name: 'SIGTERM stops the server and leaves nothing, here and in the cloud',
  async run({ sandbox }) {
    await sandbox.stopServer('SIGTERM');
    await expectClean(sandbox, 2000);
    await expectAtRest(sandbox);
    assert.deepEqual(await sandbox.other.servers(), []);
    assert.deepEqual(await sandbox.other.images(), []);
  },
};
