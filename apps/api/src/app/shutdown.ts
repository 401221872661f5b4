import { setTimeout as sleep } from 'node:timers/promises';
import type { INestApplication } from '@nestjs/common';
import { Logger } from 'nestjs-pino';
import { BuildQueue } from './builder/index.js';
import { Lifecycle } from './health/index.js';
import { leave } from './leave.js';

/** After a drain this long something hangs; what is left is the next start's to tidy. */
const DRAIN_MS = 20_000;
/** A cancel is clean within a quarter of this. */
const CANCEL_MS = 60_000;
/** Long enough for a promotion to complete; a cloud that answers nobody is not waited for, and the next start asks it again. */
const HANDOVER_MS = 10_000;

/**
 * SIGTERM, and SIGHUP of a terminal that is closed, hand running builds over to the next start. Ctrl-C (SIGINT) comes from a person who wants an end: it cancels
 * them and waits until they are cleaned up; a second Ctrl-C leaves at once.
 */
export function endOnSignals(app: INestApplication, release: () => void): void {
  const logger = app.get(Logger);
  const queue = app.get(BuildQueue);
  let ending = false;
  const end = async (signal: NodeJS.Signals) => {
    if (ending) {
      if (signal !== 'SIGINT') return;
      process.stderr.write('Leaving now; the next start cleans up what is left.\n');
      await leave(130);
      return;
    }
    ending = true;
    app.get(Lifecycle).stopping = true;
    const cancels = signal === 'SIGINT' && queue.runningIds.length > 0;
    const watchdog = setTimeout(
      () => {
        logger.error('the shutdown hangs; leaving');
        void leave(1);
      },
      DRAIN_MS + (cancels ? CANCEL_MS : 0),
    );
    if (cancels) {
      const ids = queue.runningIds.join(', ');
      process.stderr.write(`Cancelling build ${ids} and cleaning up. Press Ctrl-C again to leave at once.\n`);
      await queue.cancelAll();
    }
    await Promise.race([queue.drain(), sleep(HANDOVER_MS, undefined, { ref: false })]);
    await app.close();
    clearTimeout(watchdog);
    release();
    logger.log('Image Manager has stopped');
    await leave(0);
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      end(signal).catch((error: unknown) => {
        process.stderr.write(`The shutdown failed: ${String(error)}\n`);
        return leave(1);
      });
    });
  }
}
