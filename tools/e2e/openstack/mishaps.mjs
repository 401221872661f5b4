import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expectClean, expectFinal } from '../expectations.mjs';
import { BUILD_MS, expectAtRest, glanceImage, stageRuns } from './expectations.mjs';
import { nameOf } from './kill-matrix/call-names.mjs';
import { FIRST_RUN, SECOND_RUN } from './life-cycle.mjs';
import { CLOUD, OTHER_CLOUD } from './openstack-sandbox.mjs';

const MIB = 1024 * 1024;

export const killedDuringUpload = {
  name: 'after kill -9 in the middle of the upload, the next start leaves no half image and finishes',
  needs: [SECOND_RUN],
  async run({ sandbox, first }) {
    let path = '';
    const held = sandbox.proxy.hold(
      (call) => {
        path = call.path;
        return call.method === 'PUT';
      },
      { afterBytes: 64 * MIB },
    );
    const { id } = await sandbox.api.createBuild({ distroId: 'debian-12', artifactOf: first.id });
    await held;
    const imageId = path.split('/')[3];
    const token = await sandbox.openstack.token();
    const half = await glanceImage(token, imageId);
    assert.ok(['saving', 'queued'].includes(half.status), half.status);
    await sandbox.stopServer('SIGKILL');
    await sandbox.startServer();
    const build = await expectFinal(sandbox, id, BUILD_MS);
    assert.equal(build.status, 'succeeded', JSON.stringify(build.cause));
    assert.equal(await glanceImage(token, imageId), undefined, 'the half image is gone');
    const { current } = await expectAtRest(sandbox);
    assert.equal(current.properties.image_manager_build, String(id));
    return `it was ${half.status}, with 64 MiB of it sent`;
  },
};

export const killedWhileBooting = {
  name: 'after kill -9 with a server booting whose id got lost, the next start removes it and boots another',
  needs: [FIRST_RUN],
  place: {
    where: 'Nova POST /servers',
    fault: 'kill -9 after it, while the server boots and nobody knows its id',
  },
  async run(context) {
    const { sandbox, first } = context;
    const held = sandbox.proxy.hold((call) => nameOf(call) === 'Nova POST /servers', { moment: 'after' });
    const { id } = await sandbox.api.createBuild({ distroId: 'debian-12', artifactOf: first.id });
    await held;
    const [lost, ...others] = await sandbox.openstack.servers();
    assert.ok(lost, 'Nova has made the server');
    assert.deepEqual(others, []);
    await sandbox.stopServer('SIGKILL');
    await sandbox.startServer();
    const build = await expectFinal(sandbox, id, BUILD_MS);
    assert.equal(build.status, 'succeeded', JSON.stringify(build.cause));
    const { current } = await expectAtRest(sandbox);
    assert.equal(current.properties.image_manager_build, String(id));
    context.struck = build;
    return `server ${lost.ID} was ${lost.Status}`;
  },
};

export const killedWhileTesting = {
  name: 'after kill -9 while the agent tests, the next start carries on with the same server',
  needs: [FIRST_RUN],
  place: { where: 'test', fault: 'kill -9 while the agent in the server tests' },
  async run(context) {
    const { sandbox, first } = context;
    const { id } = await sandbox.api.createBuild({ distroId: 'debian-12', artifactOf: first.id });
    await stageRuns(sandbox, id, 'test');
    const [server] = await sandbox.openstack.servers();
    await sandbox.stopServer('SIGKILL');
    await sandbox.startServer();
    const build = await expectFinal(sandbox, id, BUILD_MS);
    assert.equal(build.status, 'succeeded', JSON.stringify(build.cause));
    const { current } = await expectAtRest(sandbox);
    assert.equal(current.properties.image_manager_build, String(id));
    context.struck = build;
    return `server ${server?.ID} was ${server?.Status}`;
  },
};

export const killedBetweenTheWrites = {
  name: 'after kill -9 between promotion’s two writes, the next start completes the switch',
  needs: [FIRST_RUN],
  place: {
    where: 'Glance PATCH /images/* hide',
    fault: 'kill -9 before it, between promotion’s two writes',
  },
  async run(context) {
    const { sandbox, first } = context;
    const { current: before } = await expectAtRest(sandbox);
    const held = sandbox.proxy.hold(({ method, body }) => method === 'PATCH' && isRetirement(body));
    const { id } = await sandbox.api.createBuild({ distroId: 'debian-12', artifactOf: first.id });
    await held;
    const visible = (await sandbox.openstack.images()).filter(({ hidden }) => !hidden);
    assert.equal(visible.length, 2, 'the new image is shown, the old one is not hidden yet');
    await sandbox.stopServer('SIGKILL');
    await sandbox.startServer();
    const build = await expectFinal(sandbox, id, BUILD_MS);
    assert.equal(build.status, 'succeeded', JSON.stringify(build.cause));
    const { current, hidden } = await expectAtRest(sandbox);
    assert.equal(current.properties.image_manager_build, String(id));
    assert.ok(hidden.some((image) => image.id === before.id));
    context.struck = build;
  },
};

function isRetirement(body) {
  return JSON.parse(body).some(({ path, value }) => path === '/os_hidden' && value === true);
}

export const partial = {
  name: 'a cloud without quota fails in seconds and does not hold the other back',
  needs: [FIRST_RUN],
  async run({ sandbox, first }) {
    await sandbox.admin.tell('quota', 'set', '--instances', '0', 'images2');
    try {
      await sandbox.restartWith({ clouds: [CLOUD, OTHER_CLOUD] });
      const { id } = await sandbox.api.createBuild({ distroId: 'debian-12', artifactOf: first.id });
      const build = await expectFinal(sandbox, id, BUILD_MS);
      assert.equal(build.status, 'partial', JSON.stringify(build.cause));
      assert.equal(build.cause.code, 'QUOTA_EXCEEDED');
      assert.equal(build.cause.cloud, OTHER_CLOUD);
      const refused = build.stages.find(({ stage, cloud }) => stage === 'upload' && cloud === OTHER_CLOUD);
      assert.ok(refused.durationMs < 10_000, `it took ${refused.durationMs} ms`);
      const { current } = await expectAtRest(sandbox);
      assert.equal(current.properties.image_manager_build, String(id));
      assert.deepEqual(await sandbox.other.images(), []);
      return build.cause.message;
    } finally {
      await sandbox.admin.tell('quota', 'set', '--instances', '10', 'images2');
      await sandbox.restartWith();
    }
  },
};

export const managerUnreachable = {
  name: 'a server that does not reach the manager is judged by its report on the serial console',
  needs: [FIRST_RUN],
  async run({ sandbox, first }) {
    const { current: before } = await expectAtRest(sandbox);
    const path = join(sandbox.distrosPath, 'debian-12.yaml');
    const original = readFileSync(path, 'utf8');
    // Nobody listens there.
    await sandbox.restartWith({ managerAddress: '172.29.224.1:9' });
    try {
      const { id } = await sandbox.api.createBuild({ distroId: 'debian-12', artifactOf: first.id });
      const build = await expectFinal(sandbox, id, BUILD_MS);
      assert.equal(build.status, 'failed');
      assert.equal(build.cause.code, 'MANAGER_UNREACHABLE', JSON.stringify(build.cause));
      assert.match(build.cause.message, /172\.29\.224\.1:9/);
      assert.ok(build.checks.length >= 15, `its checks are stored: ${build.checks.length}`);
      assert.equal((await expectAtRest(sandbox)).current.id, before.id);
      await expectClean(sandbox);
      return `${build.cause.message}; ${build.checks.length} checks`;
    } finally {
      writeFileSync(path, original);
      await sandbox.restartWith();
    }
  },
};
