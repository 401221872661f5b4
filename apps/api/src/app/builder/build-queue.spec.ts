import 'reflect-metadata';
import { LifeCycleHarness } from '../../testing/life-cycle-harness.js';

/** More than anybody would have queued by hand. */
const MANY = 101;

describe('the queue', () => {
  let cycle: LifeCycleHarness;
  beforeAll(async () => {
    cycle = await LifeCycleHarness.start({ environment: { MAX_CONCURRENT_BUILDS: '2' } });
  });
  afterAll(() => cycle.api.close());

  it('gives a free place to another definition, however many builds of the first one wait', async () => {
    const ids: number[] = [];
    for (let count = 0; count < MANY; count += 1) {
      ids.push(await cycle.create({ dibArguments: ['--root-label=slow'] }));
    }
    const other = await cycle.create({ distroId: 'ubuntu-24.04', dibArguments: ['--root-label=slow'] });
    await cycle.until(async () => (await cycle.get(other)).status !== 'queued');
    expect((await cycle.get(ids.at(-1)!)).status).toBe('queued');
    for (const id of [other, ...ids.reverse()]) await cycle.api.post(`/api/builds/${id}/cancel`, {});
    await cycle.ended(ids.at(-1)!);
    await cycle.ended(other);
  });
});
