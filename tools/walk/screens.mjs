import { SLOW_DISTRO } from './installation.mjs';

/**
 * Every screen, and the states worth a look: name → path of the dashboard.
 *
 * @param {Record<string, number>} shown builds of the history
 * @param {number} [live] a build that runs
 */
export function screensOf(shown, live) {
  return {
    // First, while it does.
    ...(live === undefined ? {} : { 'build-live': `/builds/${live}` }),
    images: '/images',
    stands: '/stands',
    statistics: '/statistics',
    'statistics-filtered': `/statistics?status=failed&distroId=${SLOW_DISTRO}&view=tables`,
    'build-succeeded': `/builds/${shown.succeeded}`,
    'build-failed': `/builds/${shown.failed}`,
    'build-check-failed': `/builds/${shown.checkFailed}`,
    'build-partial': `/builds/${shown.partial}`,
    'not-found': '/nowhere',
  };
}
