import assert from 'node:assert/strict';
import { defineDerived, TREE } from './derived-image.mjs';
import { expectFinal, expectOneCurrent, findBytes, sha512 } from './expectations.mjs';
import { BUILD_MS, expectNothingLeft } from './failed-builds.mjs';

const NAMES = ['derived-one', 'derived-two'];

export const twoAtOnce = {
  name: 'two builds at once end well, each with what is its own',
  needs: [TREE],
  async run(context) {
    const { sandbox } = context;
    for (const name of NAMES) defineDerived(context, name);
    const started = await Promise.all(NAMES.map((distroId) => sandbox.api.createBuild({ distroId })));
    const ids = started.map(({ id }) => id);
    const builds = await Promise.all(ids.map((id) => expectFinal(sandbox, id, 2 * BUILD_MS)));
    for (const build of builds) assert.equal(build.status, 'succeeded', JSON.stringify(build.cause));
    assertOverlap(builds);

    const sums = builds.map(({ artifact }) => artifact.sha512);
    assert.notEqual(sums[0], sums[1], 'the artifacts');
    for (const [index, { id, distroId, artifact }] of builds.entries()) {
      const image = await expectOneCurrent(sandbox, distroId);
      assert.equal(image.buildId, id);
      assert.equal(image.checksum.value, artifact.sha512);
      assert.equal(await sha512(findBytes(sandbox.storagePath, image.id)), artifact.sha512);
      await assertLogOfItsOwn(sandbox, id, ids[1 - index]);
      await expectNothingLeft(sandbox, id);
    }
    const seconds = builds.map(({ startedAt, finishedAt }) =>
      Math.round((Date.parse(finishedAt) - Date.parse(startedAt)) / 1000),
    );
    return `${seconds.join(' s and ')} s`;
  },
};

/** Both were in disk-image-create at the same time. */
function assertOverlap(builds) {
  const stages = builds.map((build) => build.stages.find(({ stage }) => stage === 'build'));
  const lastStart = Math.max(...stages.map(({ startedAt }) => Date.parse(startedAt)));
  const firstEnd = Math.min(...stages.map(({ finishedAt }) => Date.parse(finishedAt)));
  assert.ok(lastStart < firstEnd, 'the build stages overlap');
}

/** No line of one build's output is in the other's log: both name their work directories often. */
async function assertLogOfItsOwn(sandbox, id, otherId) {
  let own = 0;
  for (let next = 1; next !== undefined;) {
    const { lines, nextFrom } = await sandbox.api.log(id, next);
    for (const { text } of lines) {
      assert.doesNotMatch(text, new RegExp(`/work/build-${otherId}/`));
      if (text.includes(`/work/build-${id}/`)) own += 1;
    }
    next = nextFrom;
  }
  assert.ok(own > 10, `its own directory is in ${own} lines`);
}
