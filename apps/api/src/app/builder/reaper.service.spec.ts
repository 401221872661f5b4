import 'reflect-metadata';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { CloudError } from '@image-manager/cloud';
import type { LedgerEntity } from '../storage/index.js';
import type { Reaper } from './reaper.service.js';

type Parts = ConstructorParameters<typeof Reaper>;

describe('the reaper', () => {
  let Tested: typeof Reaper;
  beforeAll(async () => {
    // Imported late: what it imports reads the environment as it loads.
    process.env['HTTP_PASSWORD'] ??= 'for the tests';
    ({ Reaper: Tested } = await import('./reaper.service.js'));
  });

  const row = (id: number, cloud: string) =>
    ({
      id,
      cloud,
      buildId: 1,
      kind: 'server',
      name: `s${id}`,
      externalId: `e${id}`,
      detail: null,
    }) as LedgerEntity;
  /** A reaper over these rows; `undo` decides what becomes of each. */
  const over = (rows: LedgerEntity[], undo: (row: LedgerEntity) => Promise<string>) => {
    let rounds = 0;
    const open = () => {
      rounds += 1;
      return Promise.resolve([...rows]);
    };
    const reaper = new Tested(
      { open } as unknown as Parts[0],
      { undo } as unknown as Parts[1],
      { recover: () => Promise.resolve() } as unknown as Parts[2],
      { reapDue: () => Promise.resolve([]) } as unknown as Parts[3],
      { names: ['up', 'down'] } as unknown as Parts[4],
      { findBy: () => Promise.resolve([]) } as unknown as Parts[5],
    );
    return { reaper, rounds: () => rounds };
  };

  it('removes what is in one cloud while another hangs, and asks a cloud that is down only once', async () => {
    let giveUp = (): void => undefined;
    const hanging = new Promise<void>((done) => (giveUp = done));
    const tried: number[] = [];
    const { reaper } = over(
      [row(1, 'down'), row(2, 'up'), row(3, 'down'), row(4, 'up')],
      async ({ id, cloud }) => {
        tried.push(id);
        if (cloud === 'up') return 'released';
        await hanging;
        throw new CloudError('UNREACHABLE', 'cloud', 'nobody answers');
      },
    );
    const reaping = reaper.reap();
    await new Promise((done) => setTimeout(done, 20));
    expect([...tried].sort()).toEqual([2, 3, 4]);
    giveUp();
    await reaping;
    expect([...tried].sort()).toEqual([2, 3, 4]);
  });

  it('leaves what lies in a cloud that is not configured any more until it is', async () => {
    const tried: string[] = [];
    const { reaper } = over([row(1, 'forgotten'), row(2, 'up'), row(3, '')], ({ cloud }) => {
      tried.push(cloud);
      return Promise.resolve('released');
    });
    await reaper.reap();
    expect(tried.sort()).toEqual(['', 'up']);
  });

  it('lets no rounds pile up behind one that takes long', async () => {
    let goOn = (): void => undefined;
    const busy = new Promise<void>((done) => (goOn = done));
    const { reaper, rounds } = over([row(1, 'up')], () => busy.then(() => 'released'));
    for (let minute = 0; minute < 50; minute += 1) {
      reaper.wake();
      await new Promise((done) => setImmediate(done));
    }
    goOn();
    await new Promise((done) => setTimeout(done, 50));
    expect(rounds()).toBe(2);
  });
});
