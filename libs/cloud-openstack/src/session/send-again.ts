import { isCloudError } from '@image-manager/cloud';
import { pause } from './pause.js';
import { mayRetry, pauseBefore, type RetryPolicy } from './retry.js';
import { mayPass, type TransportResponse } from './transport.js';

/** Sends a request that may be repeated until it is answered with something else than "not now". */
export async function sendAgain(
  policy: RetryPolicy,
  doing: string,
  send: () => Promise<TransportResponse>,
): Promise<TransportResponse> {
  for (let attempt = 1; ; attempt += 1) {
    const last = attempt >= policy.attempts;
    let retryAfter: string | undefined;
    try {
      const response = await send();
      retryAfter = response.header('retry-after');
      if (last || !mayRetry(response.status, true, retryAfter)) return response;
    } catch (error) {
      if (last || !isCloudError(error, 'UNREACHABLE') || !mayPass(error)) throw error;
    }
    await pause(pauseBefore(policy, attempt, retryAfter), undefined, doing);
  }
}
