import { describe, expect, it } from '@jest/globals';
import type { ServerStatus } from './cloud.js';
import { CloudError } from './errors.js';
import { waitFor } from './wait-for.js';

type Resource = { status: ServerStatus; fault?: string };

/** Hands out the resources one after the other; the last one stays. */
function sequence(...resources: Resource[]): { read: () => Promise<Resource>; reads: () => number } {
  let reads = 0;
  return {
    read: () => {
      const resource = resources[Math.min(reads, resources.length - 1)];
      reads += 1;
      return resource ? Promise.resolve(resource) : Promise.reject(new Error('empty sequence'));
    },
    reads: () => reads,
  };
}

const options = {
  target: 'ACTIVE',
  failures: ['ERROR'],
  timeoutMs: 5_000,
  intervalMs: 5,
  what: 'server 42',
} as const;

describe('waitFor', () => {
  it('resolves with the resource once it has the target status', async () => {
    const source = sequence({ status: 'BUILD' }, { status: 'BUILD' }, { status: 'ACTIVE' });
    await expect(waitFor(source.read, options)).resolves.toEqual({ status: 'ACTIVE' });
    expect(source.reads()).toBe(3);
  });

  it('ends at once on a failure status and says the fault', async () => {
    const source = sequence({ status: 'BUILD' }, { status: 'ERROR', fault: 'No valid host was found' });
    await expect(waitFor(source.read, { ...options, timeoutMs: 60_000 })).rejects.toMatchObject({
      code: 'SERVER_ERROR_STATE',
      message: 'Server 42 went to ERROR: No valid host was found',
    });
    expect(source.reads()).toBe(2);
  });

  it('gives up after the deadline and says what it still is', async () => {
    const source = sequence({ status: 'BUILD' });
    await expect(waitFor(source.read, { ...options, timeoutMs: 30 })).rejects.toMatchObject({
      code: 'TIMEOUT',
      message: 'Server 42 is still BUILD after 0 s, expected ACTIVE',
    });
    expect(source.reads()).toBeGreaterThan(1);
  });

  it('reads once more at the deadline, so that a long interval does not miss the target', async () => {
    const source = sequence({ status: 'BUILD' }, { status: 'ACTIVE' });
    await expect(
      waitFor(source.read, { ...options, timeoutMs: 20, intervalMs: 60_000 }),
    ).resolves.toMatchObject({ status: 'ACTIVE' });
  });

  it('ends with CANCELLED when the signal fires between two reads', async () => {
    const abort = new AbortController();
    setTimeout(() => {
      abort.abort(new Error('enough'));
    }, 20);
    const wait = waitFor(sequence({ status: 'BUILD' }).read, {
      ...options,
      intervalMs: 60_000,
      timeoutMs: 60_000,
      signal: abort.signal,
    });
    await expect(wait).rejects.toMatchObject({ code: 'CANCELLED', fault: 'user' });
  });

  it('does not read at all when it is cancelled already', async () => {
    const source = sequence({ status: 'ACTIVE' });
    await expect(waitFor(source.read, { ...options, signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: 'CANCELLED',
    });
    expect(source.reads()).toBe(0);
  });

  it('lets an error of the read through', async () => {
    const gone = new CloudError('NOT_FOUND', 'cloud', 'No server 42');
    await expect(waitFor(() => Promise.reject<Resource>(gone), options)).rejects.toBe(gone);
  });
});
