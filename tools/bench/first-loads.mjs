import { launchBrowser } from '../walk/browser.mjs';
import { measureFirstLoad } from '../walk/first-load.mjs';
import { createInstallation } from '../walk/installation.mjs';

export const INTERACTIVE_MS = 1500;
const TIMES = 7;

/**
 * The dashboard's first screen over half a year of made-up history, each time in a browser profile with an empty cache.
 *
 * @returns `bytes` of the heaviest load, `interactiveMs` of the one in the middle
 */
export async function measureFirstLoads() {
  const { sandbox } = await createInstallation();
  try {
    await sandbox.startServer();
    const browser = await launchBrowser();
    try {
      const loads = [];
      for (let time = 0; time < TIMES; time += 1) {
        const profile = await browser.newContext({
          baseURL: sandbox.url,
          httpCredentials: sandbox.credentials,
          viewport: { width: 1280, height: 800 },
        });
        loads.push(await measureFirstLoad(await profile.newPage()));
        await profile.close();
      }
      const times = loads.map(({ interactiveMs }) => interactiveMs).sort((a, b) => a - b);
      return {
        loads,
        bytes: Math.max(...loads.map(({ bytes }) => bytes)),
        interactiveMs: times[Math.floor(TIMES / 2)] ?? Infinity,
      };
    } finally {
      await browser.close();
    }
  } finally {
    await sandbox.remove();
  }
}
