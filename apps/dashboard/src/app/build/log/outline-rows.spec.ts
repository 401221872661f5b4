import type { LogMark, LogPhase, StageView } from '@image-manager/contracts';
import { placeOf, stageRows } from './outline-rows';

const BEGIN = Date.parse('2026-11-22T10:00:00Z');
const marks: LogMark[] = [
  { stage: 'build', cloud: '', line: 1 },
  { stage: 'upload', cloud: 'lab', line: 90 },
];
const phases: LogPhase[] = [
  {
    name: 'root.d',
    line: 4,
    at: BEGIN + 1000,
    durationMs: 60_000,
    scripts: [
      { name: '08-debootstrap', line: 5, at: BEGIN + 1000, durationMs: 59_500 },
      { name: '09-apt-keyring', line: 40, at: BEGIN + 60_500, durationMs: 500 },
    ],
  },
  {
    name: 'install.d',
    line: 50,
    at: BEGIN + 61_000,
    scripts: [{ name: '70-collector', line: 51, at: BEGIN + 70_000 }],
  },
];
const build = (status: StageView['status'], more: Partial<StageView> = {}): StageView => ({
  stage: 'build',
  cloud: '',
  status,
  startedAt: new Date(BEGIN).toISOString(),
  ...more,
});
const words = (stages: StageView[], now = 0) =>
  stageRows(marks, phases, stages, now).flatMap((stage) => [
    `${stage.mark.stage} ${stage.ms} ${stage.status}`,
    ...stage.phases.flatMap((phase) => [
      `${phase.name} ${phase.ms} ${phase.share} ${phase.status}${phase.telling ? ' !' : ''}`,
      ...phase.scripts.map(({ name, ms, share, status }) => `${name} ${ms} ${share} ${status}`),
    ]),
  ]);

describe('stageRows', () => {
  it('marks what was broken off as failed, up to the end of the stage, and draws no dots', () => {
    const finishedAt = new Date(BEGIN + 100_000).toISOString();
    expect(words([build('failed', { finishedAt, durationMs: 100_000 })])).toEqual([
      'build 100000 failed',
      'root.d 60000 0.6 undefined !',
      '08-debootstrap 59500 0.595 undefined',
      '09-apt-keyring 500 0 undefined',
      'install.d 39000 0.39 failed !',
      '70-collector 30000 0.3 failed',
      'upload undefined undefined',
    ]);
  });

  it('lets what runs grow with the clock', () => {
    const rows = words([build('running')], BEGIN + 80_000);
    expect(rows).toContain('build 80000 running');
    expect(rows).toContain('install.d 19000 0.2375 running !');
    expect(rows).toContain('70-collector 10000 0.125 running');
  });

  it('takes what DIB did not say the end of as done when the stage has succeeded', () => {
    const rows = words([build('succeeded', { finishedAt: new Date(BEGIN + 80_000).toISOString() })]);
    expect(rows).toContain('70-collector 10000 0.125 undefined');
  });
});

describe('placeOf', () => {
  it('finds the last that is not behind the line', () => {
    expect([1, 3, 4, 9, 10, 99].map((line) => placeOf([3, 4, 10], line))).toEqual([
      undefined,
      3,
      4,
      4,
      10,
      10,
    ]);
    expect(placeOf([], 5)).toBeUndefined();
  });
});
