import { ACCESS_CHECKS } from './access.js';
import type { CheckDefinition } from './check.js';
import { DISK_CHECKS } from './disk.js';
import { LEFTOVERS_CHECKS } from './leftovers.js';
import { NETWORK_CHECKS } from './network.js';
import { PACKAGES_CHECKS } from './packages.js';
import { SYSTEM_CHECKS } from './system.js';
import { TIMING_CHECKS } from './timing.js';

/** Every check, in the order of the report. Image definitions name them: a name that was released stays. */
export const ALL_CHECKS: readonly CheckDefinition[] = [
  ...SYSTEM_CHECKS,
  ...DISK_CHECKS,
  ...NETWORK_CHECKS,
  ...ACCESS_CHECKS,
  ...LEFTOVERS_CHECKS,
  ...PACKAGES_CHECKS,
  ...TIMING_CHECKS,
];
