import type { SubscribeAck } from '@image-manager/contracts';

/** More requests than a client that waits for its answers can have under way. */
const MAX_WAITING = 20;

/** Answers one socket's requests one after the other, and refuses a flood of them. */
export class RequestLine {
  private last: Promise<unknown> = Promise.resolve();
  private waiting = 0;

  async next(handle: () => Promise<SubscribeAck>): Promise<SubscribeAck> {
    if (this.waiting >= MAX_WAITING) {
      return { ok: false, code: 'TOO_MANY_REQUESTS', message: 'Wait for answers before you ask for more' };
    }
    this.waiting += 1;
    const answer = this.last.then(handle);
    this.last = answer.catch(() => undefined);
    try {
      return await answer;
    } finally {
      this.waiting -= 1;
    }
  }
}
