import { seeded } from './random.mjs';
import { chooseStrike } from './strikes.mjs';

/** Most builds are over by then; later strikes meet cleanup, or nothing. */
const LATEST_STRIKE_MS = 3000;

/**
 * What happens in one run. It depends on the seed and the run's number alone, not on what came of the runs before: the
 * same seed gives the same strikes at the same moments.
 *
 * @param {number} seed
 * @param {number} run
 */
export function planRun(seed, run) {
  const random = seeded(seed * 10_007 + run);
  return {
    /** Whether the image is built anew although an artifact could be taken over. */
    fromScratch: random.chance(0.5),
    dib: random.pick(['quick', 'quick', 'slow', 'broken']),
    silentAgent: random.chance(0.1),
    strikes: Array.from({ length: random.chance(0.3) ? 2 : 1 }, () => ({
      afterMs: random.between(0, LATEST_STRIKE_MS),
      strike: chooseStrike(random),
    })).sort((a, b) => a.afterMs - b.afterMs),
  };
}
