import { formatDuration } from '../bootstrap/progress.mjs';
import { runScenarios } from '../e2e/scenarios.mjs';
import { launchBrowser } from './browser.mjs';
import { createInstallation } from './installation.mjs';
import { screensOf } from './screens.mjs';
import { firstLoad, login, passwordChanged } from './walks/access.mjs';
import { buildAndCancel, failedBuild, reconnect } from './walks/build.mjs';
import { axeWalks, deepLinks, narrow, russian } from './walks/every-screen.mjs';
import { brokenDefinition, cloudUnreachable, emptyStorage, remembered, serverAway } from './walks/states.mjs';

const WALKS = [
  login,
  firstLoad,
  remembered,
  brokenDefinition,
  cloudUnreachable,
  failedBuild,
  deepLinks,
  narrow,
  russian,
  ...axeWalks,
  buildAndCancel,
  reconnect,
  serverAway,
  passwordChanged,
  emptyStorage,
];

/**
 * Walks through the dashboard. The last line is `N passed, N failed`.
 *
 * @param {{ only?: string, longLines?: number }} options `only`: walks whose name holds this text
 * @returns {Promise<number>} exit status
 */
export async function runWalks({ only, longLines }, say) {
  const begin = performance.now();
  const { sandbox, history } = await createInstallation({ longLines });
  const browser = await launchBrowser();
  try {
    await sandbox.startServer();
    const walks = WALKS.filter(({ name }) => name.includes(only ?? ''));
    const screens = screensOf(history.shown);
    const { passed, failed } = await runScenarios(walks, { sandbox, history, browser, screens }, say);
    say(`walked for ${formatDuration(performance.now() - begin)}`);
    say(`${passed} passed, ${failed} failed`);
    return failed === 0 && passed > 0 ? 0 : 1;
  } finally {
    await browser.close();
    await sandbox.remove();
  }
}
