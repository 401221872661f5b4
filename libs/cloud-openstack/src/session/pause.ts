import { setTimeout as sleep } from 'node:timers/promises';
import { CloudError } from '@image-manager/cloud';

/** @throws CloudError CANCELLED (or the signal's own, if it is one) when the signal fires meanwhile. */
export async function pause(
  milliseconds: number,
  signal: AbortSignal | undefined,
  doing: string,
): Promise<void> {
  await sleep(milliseconds, undefined, signal ? { signal } : {}).catch(() => undefined);
  throwIfCancelled(signal, doing);
}

export function throwIfCancelled(signal: AbortSignal | undefined, doing: string): void {
  if (!signal?.aborted) return;
  if (signal.reason instanceof CloudError) throw signal.reason;
  throw new CloudError('CANCELLED', 'user', `${doing} was cancelled`, { cause: signal.reason });
}
