import { setTimeout as sleep } from 'node:timers/promises';
import type { CloudServer } from './cloud.js';
import { CloudError } from './errors.js';

export interface WaitOptions<S extends string> {
  target: S;
  /** Statuses that end the wait at once. */
  failures: readonly S[];
  timeoutMs: number;
  intervalMs?: number;
  signal?: AbortSignal;
  /** What is waited for, for the error's message, such as `server 42`. */
  what: string;
}

/**
 * Reads until the status is the target.
 *
 * @throws CloudError TIMEOUT after `timeoutMs`, SERVER_ERROR_STATE or what the resource names on a failure status (with
 *   its fault and advice if it has them), CANCELLED when the signal fires; what `read` throws passes through.
 */
export async function waitFor<
  T extends Pick<CloudServer, 'fault' | 'faultOf' | 'advice'> & { status: string },
>(read: (signal: AbortSignal | undefined) => Promise<T>, options: WaitOptions<T['status']>): Promise<T> {
  const { target, failures, timeoutMs, intervalMs = 1000, signal, what } = options;
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    throwIfCancelled(signal, what);
    const resource = await read(signal);
    if (resource.status === target) return resource;
    if (failures.includes(resource.status)) {
      throw new CloudError(
        resource.faultOf?.code ?? 'SERVER_ERROR_STATE',
        resource.faultOf?.fault ?? 'cloud',
        `${capital(what)} went to ${resource.status}${resource.fault ? `: ${resource.fault}` : ''}`,
        resource.advice === undefined ? {} : { advice: resource.advice },
      );
    }
    const left = deadline - performance.now();
    if (left <= 0) {
      throw new CloudError(
        'TIMEOUT',
        'cloud',
        `${capital(what)} is still ${resource.status} after ${Math.round(timeoutMs / 1000)} s, expected ${target}`,
      );
    }
    await sleep(Math.min(intervalMs, left), undefined, signal ? { signal } : {}).catch((error: unknown) => {
      throwIfCancelled(signal, what);
      throw error;
    });
  }
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function throwIfCancelled(signal: AbortSignal | undefined, what: string): void {
  if (signal?.aborted) {
    throw new CloudError('CANCELLED', 'user', `The wait for ${what} was cancelled`, { cause: signal.reason });
  }
}
