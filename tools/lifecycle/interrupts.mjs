import { onInterrupt } from '../bootstrap/interrupt-echo.mjs';

/** Exit statuses as shells give them. */
const STATUSES = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 };
const BROKEN_PIPE = 141;

/**
 * Turns Ctrl-C, and the other ways to ask a command to end, into two AbortSignals: the first asks for a cancelled and
 * cleaned-up build, the second to leave at once.
 */
export function createInterrupts() {
  const first = new AbortController();
  const second = new AbortController();
  let status = 0;
  for (const name of /** @type {NodeJS.Signals[]} */ (Object.keys(STATUSES))) {
    onInterrupt(name, () => {
      if (first.signal.aborted) return void second.abort();
      status = STATUSES[name];
      first.abort();
    });
  }
  // Whoever read the output is gone, as after `| head`: the same as being asked to end, or our server would be left.
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', () => {
      if (first.signal.aborted) return;
      status = BROKEN_PIPE;
      first.abort();
    });
  }
  return { first: first.signal, second: second.signal, exitStatus: () => status };
}
