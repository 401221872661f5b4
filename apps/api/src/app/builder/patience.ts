import { setTimeout as sleep } from 'node:timers/promises';
import { isTransient } from '@image-manager/cloud';

const PAUSE_MS = 2000;

/** A question to a cloud, repeated as long as the cloud cannot be asked: an API that restarts fails no build. The signal ends it. */
export async function patiently<T>(
  ask: () => Promise<T>,
  signal: AbortSignal,
  say: (text: string) => Promise<void>,
): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await ask();
    } catch (error) {
      if (!isTransient(error) || signal.aborted) throw error;
      if (attempt === 1) await say(`The cloud cannot be asked at the moment: ${error.message}`);
      await sleep(PAUSE_MS, undefined, { signal }).catch(() => {
        throw error;
      });
    }
  }
}

/** A question that is asked again soon anyway; undefined where the cloud cannot be asked at the moment. */
export async function ifReachable<T>(
  ask: () => Promise<T>,
  signal: AbortSignal,
): Promise<{ answer: T } | undefined> {
  try {
    return { answer: await ask() };
  } catch (error) {
    if (!isTransient(error) || signal.aborted) throw error;
    return undefined;
  }
}
