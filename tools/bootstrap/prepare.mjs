import { buildWorkspace } from './build.mjs';
import { installDependencies } from './dependencies.mjs';
import { SYSTEM_PACKAGES, installSystemPackages } from './system-packages.mjs';

/**
 * From a fresh clone to something that runs; each part does nothing when it is done already.
 *
 * @param {ReturnType<import('./progress.mjs').createProgress>} progress
 * @param {{ programs?: Record<string, string>, build?: boolean }} [options]
 */
export async function prepare(progress, { programs = SYSTEM_PACKAGES.runtime, build = true } = {}) {
  await installSystemPackages(programs, progress);
  await installDependencies(progress);
  if (build) await buildWorkspace(progress);
}
