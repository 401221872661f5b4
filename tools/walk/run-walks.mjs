import { formatDuration } from '../bootstrap/progress.mjs';
import { runScenarios } from '../e2e/scenarios.mjs';
import { launchBrowser } from './browser.mjs';
import { createInstallation } from './installation.mjs';
import { screensOf } from './screens.mjs';
import { firstLoad, login, passwordChanged } from './walks/access.mjs';
import { buildAndCancel, reconnect } from './walks/build.mjs';
import { buildDialogsDark, buildDialogsLight } from './walks/build-dialogs.mjs';
import { openedDark, openedLight } from './walks/dialogs.mjs';
import { everyScreenDark, everyScreenLight, wayBack } from './walks/every-screen.mjs';
import { forcedColours } from './walks/forced-colours.mjs';
import { dialogFocus, keyboardOnly, tabOrder } from './walks/keyboard.mjs';
import { failedBuild, searchedLog, sharedLine } from './walks/log.mjs';
import { logInWindow } from './walks/log-frame.mjs';
import { newcomer } from './walks/newcomer.mjs';
import { openMenusDark, openMenusLight } from './walks/open-menus.mjs';
import { remembered } from './walks/preferences.mjs';
import { printed } from './walks/print.mjs';
import { returned } from './walks/scroll.mjs';
import { figuresInTables, narrowedHistory } from './walks/statistics.mjs';
import { deletedImage, filteredStands, rolledBack, unfoldedStands } from './walks/stands.mjs';
import { brokenDefinition, cloudUnreachable, screenNotLoaded, serverAway } from './walks/states.mjs';
import { watchedBuild } from './walks/watched-build.mjs';

/**
 * Walks are mostly waiting, so several go at the same time: those of one list one after the other, over an installation that
 * they share with the other lists of their kind.
 */
const PARTIES = [
  {
    fresh: false,
    lists: [
      [everyScreenDark, openedDark, printed],
      [everyScreenLight, cloudUnreachable, failedBuild, sharedLine, searchedLog, logInWindow],
      [
        login,
        firstLoad,
        remembered,
        wayBack,
        returned,
        brokenDefinition,
        screenNotLoaded,
        dialogFocus,
        keyboardOnly,
        tabOrder,
        openedLight,
        forcedColours,
        narrowedHistory,
        figuresInTables,
        filteredStands,
        unfoldedStands,
        rolledBack,
        deletedImage,
        buildAndCancel,
        watchedBuild,
        buildDialogsLight,
        buildDialogsDark,
        openMenusLight,
        openMenusDark,
      ],
    ],
  },
  // These stop the server under the others' feet.
  { fresh: true, lists: [[newcomer, serverAway, reconnect, passwordChanged]] },
];

/**
 * Walks through the dashboard. The last line is `N passed, N failed`.
 *
 * @param {{ only?: string, longLines?: number }} options `only`: walks whose name holds this text
 * @returns {Promise<number>} exit status
 */
export async function runWalks({ only = '', longLines }, say) {
  const begin = performance.now();
  const parties = PARTIES.map(({ fresh, lists }) => ({
    fresh,
    lists: lists
      .map((walks) => walks.filter(({ name }) => name.includes(only)))
      .filter(({ length }) => length > 0),
  })).filter(({ lists }) => lists.length > 0);
  const browser = await launchBrowser();
  try {
    const results = await Promise.all(
      parties.map(({ fresh, lists }) => walkOver({ fresh, longLines }, { lists, browser }, say)),
    );
    const total = (key) => results.flat().reduce((sum, result) => sum + result[key], 0);
    const [passed, failed] = [total('passed'), total('failed')];
    say(`walked for ${formatDuration(performance.now() - begin)}`);
    say(`${passed} passed, ${failed} failed`);
    return failed === 0 && passed > 0 ? 0 : 1;
  } finally {
    await browser.close();
  }
}

async function walkOver(options, { lists, browser }, say) {
  const { sandbox, history } = await createInstallation(options);
  try {
    await sandbox.startServer();
    const screens = history ? screensOf(history.shown) : {};
    return await Promise.all(
      lists.map((walks) => runScenarios(walks, { sandbox, history, browser, screens }, say)),
    );
  } finally {
    await sandbox.remove();
  }
}
