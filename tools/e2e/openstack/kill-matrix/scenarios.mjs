import assert from 'node:assert/strict';
import { READS, WRITES } from './calls.mjs';
import { isRead, nameOf } from './call-names.mjs';
import {
  buildFlow,
  endBuild,
  expectAtRest,
  failedBuildFlow,
  letTimePass,
  retentionFlow,
  rollbackFlow,
  startBuild,
  strike,
} from './strike.mjs';

/** @import { Flow } from './strike.mjs' */

/** @type {import('../cloud-proxy.mjs').Moment[]} */
const MOMENTS = ['before', 'after'];

const FIRST_BUILDS = 'kill matrix: the stand-in image is promoted twice on OpenStack';
const BUILD_CALLS = 'kill matrix: the calls of a build, retention included, are those of the list';
const FAILED_BUILD_CALLS = 'kill matrix: the calls of a build that fails are those of the list';
const ROLLBACK_CALLS = 'kill matrix: the calls of a rollback are those of the list';
const NO_OTHER_CALL = 'kill matrix: no start, kill or cleanup of the run made a change that is not struck';

/** Of the strikes, those that every run of the tests makes: one at each thing that is made, switched or removed. */
const SAMPLE = [
  'kill -9 after Nova POST /servers',
  'kill -9 before Glance PATCH /images/* hide',
  'kill -9 after Glance DELETE /images/*',
  'kill -9 before Glance PATCH /images/* hide of a rollback',
  'kill -9 after Glance PATCH /images/* show, and before Nova GET /servers/detail of the next start',
];

/** So that there is a current image, and a retired one. */
const firstBuilds = {
  name: FIRST_BUILDS,
  async run(context) {
    const { sandbox } = context;
    await sandbox.startServer();
    const { id } = await sandbox.api.createBuild({ distroId: 'debian-12' });
    await endBuild(context, id, ['succeeded']);
    context.artifactOf = id;
    await endBuild(context, await startBuild(context), ['succeeded']);
    await expectAtRest(context, id);
  },
};

const buildCalls = {
  name: BUILD_CALLS,
  needs: [FIRST_BUILDS],
  async run(context) {
    letTimePass(context.sandbox.storagePath);
    await context.sandbox.stopServer('SIGTERM');
    const calls = record(context);
    await context.sandbox.startServer();
    const id = await startBuild(context);
    await endBuild(context, id, ['succeeded']);
    await expectAtRest(context, id);
    return expectListed(calls(), WRITES.build);
  },
};

const failedBuildCalls = {
  name: FAILED_BUILD_CALLS,
  needs: [FIRST_BUILDS],
  async run(context) {
    const calls = record(context);
    try {
      const id = await failedBuildFlow.begin(context);
      const { code, message } = await failedBuildFlow.end(context, id);
      assert.equal(code, 'CHECK_FAILED', message);
      await expectAtRest(context, id);
      return expectListed(calls(), WRITES.failedBuild);
    } finally {
      failedBuildFlow.windUp(context);
    }
  },
};

const rollbackCalls = {
  name: ROLLBACK_CALLS,
  needs: [FIRST_BUILDS],
  async run(context) {
    await rollbackFlow.prepare(context);
    const calls = record(context);
    await rollbackFlow.begin(context);
    const { status } = await rollbackFlow.end(context, undefined);
    assert.equal(status, 'rolled back');
    await expectAtRest(context, undefined);
    return expectListed(calls(), WRITES.rollback);
  },
};

/** The lists are of runs that nothing disturbed: what the starts after the kills do is looked at here. */
const noOtherCall = {
  name: NO_OTHER_CALL,
  needs: [FIRST_BUILDS],
  async run({ sandbox }) {
    const changes = sandbox.proxy.calls.map(nameOf).filter((name) => !isRead(name));
    const struck = new Set(Object.values(WRITES).flat());
    assert.deepEqual(
      [...new Set(changes)].filter((name) => !struck.has(name)),
      [],
    );
    return `${changes.length} changes of ${struck.size} kinds`;
  },
};

/** @returns the scenarios, in an order in which each finds what it needs. */
export function killMatrix() {
  return [
    firstBuilds,
    buildCalls,
    failedBuildCalls,
    ...both(WRITES.build, retentionFlow, BUILD_CALLS),
    ...both(WRITES.failedBuild.slice(-2), failedBuildFlow, FAILED_BUILD_CALLS),
    ...READS.retention.map((call) =>
      row({ call, moment: 'before', flow: retentionFlow, needs: BUILD_CALLS }),
    ),
    ...READS.build.map((call) => row({ call, moment: 'before', flow: buildFlow, needs: BUILD_CALLS })),
    rollbackCalls,
    ...both(WRITES.rollback, rollbackFlow, ROLLBACK_CALLS),
    ...READS.start.map((startCall) =>
      row({
        call: 'Glance PATCH /images/* show',
        moment: 'after',
        flow: buildFlow,
        needs: BUILD_CALLS,
        startCall,
      }),
    ),
    noOtherCall,
  ];
}

/** The comparisons of calls with the lists, and some strikes. @param {ReturnType<typeof killMatrix>} scenarios */
export function sampleOf(scenarios) {
  return scenarios.filter(({ name, place }) => place === undefined || SAMPLE.includes(name));
}

function both(calls, flow, needs) {
  return calls.flatMap((call) => MOMENTS.map((moment) => row({ call, moment, flow, needs })));
}

/** @param {{ call: string, moment: import('../cloud-proxy.mjs').Moment, flow: Flow, needs: string, startCall?: string }} place */
function row({ call, moment, flow, needs, startCall }) {
  const where = flow.of === undefined ? call : `${call} of ${flow.of}`;
  const again = startCall === undefined ? '' : `, and before ${startCall} of the next start`;
  const place = { where, fault: `kill -9 ${moment} it${again}` };
  return {
    name: `kill -9 ${moment} ${where}${again}`,
    needs: [needs],
    place,
    async run(context) {
      context.rows.forget(place);
      const outcome = await strike(context, flow, call, moment, startCall === undefined ? {} : { startCall });
      context.rows.keep({ ...place, ...outcome });
      return outcome.message === undefined ? outcome.status : `${outcome.status}: ${outcome.message}`;
    },
  };
}

/** @returns gives the names of the calls since then */
function record({ sandbox }) {
  const from = sandbox.proxy.calls.length;
  return () => sandbox.proxy.calls.slice(from).map(nameOf);
}

function expectListed(names, writes) {
  assert.deepEqual(
    names.filter((name) => !isRead(name)),
    writes,
  );
  const reads = [...new Set(names.filter(isRead))].sort();
  const listed = Object.values(READS).flat();
  const unlisted = reads.filter((name) => !listed.includes(name));
  assert.deepEqual(unlisted, [], 'reads that are not in the list');
  return `${names.length} calls, ${writes.length} of them changes, ${reads.length} kinds of questions`;
}
