import { CloudError } from '@image-manager/cloud';

/** @throws CloudError CANCELLED once the signal has fired. */
export function throwIfCancelled(signal: AbortSignal | undefined, what: string): void {
  if (signal?.aborted) throw cancelled(signal, what);
}

export function cancelled(signal: AbortSignal, what: string): CloudError {
  return new CloudError('CANCELLED', 'user', `${what} was cancelled`, { cause: signal.reason });
}
