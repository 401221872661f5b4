import 'reflect-metadata';
import { isFinal } from '@image-manager/contracts';
import { LifeCycleHarness, passes } from '../../testing/life-cycle-harness.js';
import { shiftedClock } from '../../testing/shifted-clock.js';

const HOUR_MS = 3600_000;

describe('a clock that is set while a build runs', () => {
  let cycle: LifeCycleHarness;
  let first: number;

  beforeAll(async () => {
    cycle = await LifeCycleHarness.start();
    first = (await cycle.promoted()).id;
  });
  beforeEach(() => {
    shiftedClock.start();
  });
  afterEach(() => {
    shiftedClock.restore();
  });
  afterAll(() => cycle.api.close());

  const limits = (boot: number, test: number) =>
    cycle.editDefinition((text) => {
      const rest = text.replace(/\ndeadlines:\n(?: .*\n)+/, '\n');
      return `${rest}\ndeadlines:\n  boot: ${boot}\n  test: ${test}\n`;
    });

  it.each([HOUR_MS, -HOUR_MS])('by %d ms neither fails a stage nor turns its agent away', async (jump) => {
    await limits(600, 600);
    const id = await cycle.create({ artifactOf: first });
    await cycle.reaches(id, 'boot');
    shiftedClock.jump(jump);
    const agent = await cycle.agentOf(id);
    await cycle.reaches(id, 'test');
    shiftedClock.jump(jump);
    await agent.report(passes());
    const build = await cycle.ended(id);
    expect(build.cause).toBeUndefined();
    expect(build.status).toBe('succeeded');
    for (const { durationMs } of build.stages) expect(durationMs).toBeGreaterThanOrEqual(0);
    await cycle.expectClean(id);
  });

  it('back by an hour gives a stage no hour more', async () => {
    await limits(600, 30);
    const id = await cycle.create({ artifactOf: first });
    await cycle.agentOf(id);
    await cycle.reaches(id, 'test');
    shiftedClock.jump(-HOUR_MS);
    // The next start reads when it began from the row, and finds that in the future.
    await cycle.api.restart();
    // Five minutes for half of one, as the machine may be busy, and nothing near an hour.
    await cycle.until(async () => isFinal((await cycle.get(id)).status), 300_000);
    const build = await cycle.get(id);
    expect(build.cause).toMatchObject({ code: 'REPORT_MISSING' });
  }, 400_000);

  it('forward by an hour before a restart leaves the agent the time that its stage is left', async () => {
    await limits(600, 600);
    const id = await cycle.create({ artifactOf: first });
    const agent = await cycle.agentOf(id);
    await cycle.reaches(id, 'test');
    shiftedClock.jump(HOUR_MS);
    await cycle.api.restart();
    await cycle.reaches(id, 'test');
    await cycle.until(async () => (await agent.report(passes()).catch(() => undefined)) !== undefined);
    const build = await cycle.ended(id);
    expect(build.cause).toBeUndefined();
    expect(build.status).toBe('succeeded');
  });
});
