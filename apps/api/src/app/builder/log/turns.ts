import { setImmediate as nextTurn } from 'node:timers/promises';

/** After so long everything else gets its turn. */
const SLICE_MS = 10;

/** Lets the process do everything else that waits, often enough. */
export class Turns {
  private begun = performance.now();

  constructor(private readonly signal: AbortSignal) {}

  /** @throws the signal's reason. */
  async give(): Promise<void> {
    if (performance.now() - this.begun < SLICE_MS) return;
    await nextTurn();
    this.signal.throwIfAborted();
    this.begun = performance.now();
  }
}
