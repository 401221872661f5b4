import { STAGE_NAMES } from '@image-manager/contracts';
import { seeded } from './random.mjs';
import { chooseStrike } from './strikes.mjs';

/** A real agent's checks take half a minute; that they take some time makes the test a stage that can be struck. */
const LONGEST_CHECKS_MS = 1000;
/** After a stage's begin; such a strike mostly meets a later stage, or a build that is over. */
const LATEST_STRIKE_MS = 1500;

/**
 * What happens in one run. It depends on the seed and the run's number alone, not on what came of the runs before: the
 * same seed gives the same strikes at the same moments, counted from the begin of a stage, so that a slow machine is struck
 * where a quick one is.
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
    checksMs: LONGEST_CHECKS_MS * random.next(),
    strikes: Array.from({ length: random.chance(0.3) ? 2 : 1 }, () => ({
      stage: random.pick([...STAGE_NAMES]),
      // Half of the stages are over within a tenth of a second, so soon is likelier than late.
      afterMs: LATEST_STRIKE_MS * random.next() ** 4,
      strike: chooseStrike(random),
    })).sort((a, b) => STAGE_NAMES.indexOf(a.stage) - STAGE_NAMES.indexOf(b.stage)),
  };
}
