import { CloudError } from '@image-manager/cloud';

/** Waits for what others wait for too: the signal ends this wait alone. @throws CloudError CANCELLED, or the signal's own. */
export async function unlessCancelled<T>(
  promise: Promise<T>,
  signal: AbortSignal | undefined,
  doing: string,
): Promise<T> {
  if (!signal) return promise;
  const cancelled = () =>
    signal.reason instanceof CloudError
      ? signal.reason
      : new CloudError('CANCELLED', 'user', `${doing} was cancelled`, { cause: signal.reason });
  if (signal.aborted) {
    promise.catch(() => undefined);
    throw cancelled();
  }
  let stop = (): void => undefined;
  const aborted = new Promise<never>((_, fail) => {
    stop = () => {
      fail(cancelled());
    };
    signal.addEventListener('abort', stop, { once: true });
  });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}
