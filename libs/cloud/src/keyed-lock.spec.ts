import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { KeyedLock } from './keyed-lock.js';

describe('KeyedLock', () => {
  it('runs the tasks of one key one after the other, in the order they came', async () => {
    const lock = new KeyedLock();
    const trace: string[] = [];
    const task = (name: string, ms: number) => async (): Promise<void> => {
      trace.push(`${name} begins`);
      await sleep(ms);
      trace.push(`${name} ends`);
    };
    await Promise.all([lock.run('a', task('first', 20)), lock.run('a', task('second', 0))]);
    expect(trace).toEqual(['first begins', 'first ends', 'second begins', 'second ends']);
  });

  it('lets the tasks of other keys run meanwhile', async () => {
    const lock = new KeyedLock();
    let release = (): void => {};
    const held = lock.run('a', () => new Promise<void>((resolve) => (release = resolve)));
    await expect(lock.run('b', () => Promise.resolve('done'))).resolves.toBe('done');
    release();
    await held;
  });

  it('goes on after a task that failed', async () => {
    const lock = new KeyedLock();
    const failed = lock.run('a', () => Promise.reject(new Error('no')));
    const next = lock.run('a', () => Promise.resolve('done'));
    await expect(failed).rejects.toThrow('no');
    await expect(next).resolves.toBe('done');
  });
});
