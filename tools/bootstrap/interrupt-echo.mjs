/** Two of the same signal within this time are one. */
const ECHO_MS = 800;

/**
 * Listens for a signal. Ctrl-C reaches a command twice when npm has started it: from the terminal, and passed on by npm.
 * The echo is left out.
 *
 * @param {NodeJS.Signals} name
 * @param {() => void} listener
 */
export function onInterrupt(name, listener) {
  let last = -Infinity;
  process.on(name, () => {
    const now = performance.now();
    const isEcho = now - last < ECHO_MS;
    last = now;
    if (!isEcho) listener();
  });
}
