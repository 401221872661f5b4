import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Refusal } from '../bootstrap/refusal.mjs';
import { launchBrowser } from './browser.mjs';
import { createInstallation, SLOW_DISTRO } from './installation.mjs';
import { buildPage } from './pages/build-page.mjs';
import { screensOf } from './screens.mjs';
import { openScreen } from './visit.mjs';

export const THEMES = ['light', 'dark'];
export const LANGUAGES = ['en', 'ru'];
const WIDTHS = { 1920: 1080, 1280: 800, 360: 740 };

/** Pictures of each screen in each theme, language and width: DIR/<screen>-<theme>-<language>-<width>.png */
export async function takeShots({ folder, only, longLines, clouds }, say) {
  const target = resolve(folder);
  mkdirSync(target, { recursive: true });
  const { sandbox, history } = await createInstallation({ longLines, clouds });
  try {
    await sandbox.startServer();
    const live = await sandbox.api.createBuild({ distroId: SLOW_DISTRO });
    const screens = Object.entries(screensOf(history.shown, live.id)).filter(([name]) =>
      name.startsWith(only ?? ''),
    );
    if (screens.length === 0) throw new Refusal(`There is no screen ${only}.`, 2);
    const browser = await launchBrowser();
    try {
      for (const [name, path] of screens) await shoot(browser, sandbox, { name, path, target });
    } finally {
      await browser.close();
    }
    say(`${screens.length * 12} pictures in ${target}`);
  } finally {
    await sandbox.remove();
  }
}

async function shoot(browser, sandbox, { name, path, target }) {
  for (const theme of THEMES) {
    for (const language of LANGUAGES) {
      for (const [width, height] of Object.entries(WIDTHS)) {
        const page = await browser.newPage({
          locale: language === 'ru' ? 'ru-RU' : 'en-GB',
          colorScheme: theme,
          viewport: { width: Number(width), height },
          httpCredentials: sandbox.credentials,
        });
        await openScreen(page, `${sandbox.url}${path}`);
        if (path.startsWith('/builds/')) await buildPage(page).hasLines();
        await page.screenshot({
          path: join(target, `${name}-${theme}-${language}-${width}.png`),
          fullPage: true,
        });
        await page.close();
      }
    }
  }
}
