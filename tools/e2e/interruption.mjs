import { onInterrupt } from '../bootstrap/interrupt-echo.mjs';
import { Refusal } from '../bootstrap/refusal.mjs';

/** What a shell makes of a command that a signal ended. */
const EXIT_STATUS = { SIGINT: 130, SIGTERM: 143 };

/**
 * From now on SIGINT and SIGTERM do not end the process: they abort what it does, which then ends in order. The reason, thrown
 * up to the command's end, gives its exit status.
 *
 * @returns {AbortSignal}
 */
export function watchInterrupts() {
  const controller = new AbortController();
  for (const [name, status] of Object.entries(EXIT_STATUS)) {
    onInterrupt(/** @type {NodeJS.Signals} */ (name), () => {
      if (controller.signal.aborted) return;
      process.stdout.write(`${name}: stopping, and removing what was made\n`);
      controller.abort(new Refusal(`Stopped by ${name}. What it had made is removed.`, status));
    });
  }
  return controller.signal;
}
