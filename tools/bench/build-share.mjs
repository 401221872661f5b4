import { expectFinal } from '../e2e/expectations.mjs';
import { cpuSeconds } from './process-figures.mjs';

/**
 * What the manager itself costs while a real image goes through its life cycle.
 *
 * `wallShare`: the part of the time from the first stage's start to the last one's end in which neither
 * disk-image-create nor the test server was at work, that is, everything but the stages build, boot and test.
 */
export async function measureBuild(sandbox) {
  const [pid] = sandbox.serverPids();
  const cpu = cpuSeconds(pid);
  const { id } = await sandbox.api.createBuild({ distroId: 'debian-12' });
  const build = await expectFinal(sandbox, id, 40 * 60_000);
  const used = cpuSeconds(pid) - cpu;
  const wall = (Date.parse(build.finishedAt) - Date.parse(build.startedAt)) / 1000;
  const spent = {};
  for (const { stage, durationMs = 0 } of build.stages)
    spent[stage] = (spent[stage] ?? 0) + durationMs / 1000;
  const theirs = spent.build + spent.boot + spent.test;
  return {
    status: build.status,
    wallSeconds: wall,
    stageSeconds: spent,
    bootAndTestSeconds: spent.boot + spent.test,
    cpuShare: used / wall,
    wallShare: (wall - theirs) / wall,
    timing: build.timing,
    artifactMb: build.artifact ? build.artifact.sizeBytes / 1e6 : undefined,
    logLines: build.logLines,
  };
}
