import { First1763800000000 } from './1763800000000-first.js';
import { ImageSwitches1764000000000 } from './1764000000000-image-switches.js';
import { BuildFigures1764100000000 } from './1764100000000-build-figures.js';

/** In order; one that was released is never rewritten. */
export const MIGRATIONS = [First1763800000000, ImageSwitches1764000000000, BuildFigures1764100000000];
