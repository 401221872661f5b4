/// <reference lib="dom" />
import { waitUntil } from '../e2e/scenarios.mjs';

/** What a browser may load until the first screen is interactive, as it comes over the wire. */
export const FIRST_LOAD_BYTES = 250_000;

const PATIENCE = { timeoutMs: 45_000, timeout: 45_000 };

/**
 * Loads the first screen into an empty cache and watches what comes over the wire.
 *
 * The screen is interactive once it has its data, a button to press, and the main thread answers. What was asked for until
 * then counts as the first load, with headers and compressed as it came; what the browser fetches in advance afterwards
 * stands apart. Live events are not in it.
 *
 * @param {import('playwright-core').Page} page of a profile of its own, which has loaded nothing yet
 * @returns {Promise<{ bytes: number, requests: number, interactiveMs: number, laterBytes: number }>}
 */
export async function measureFirstLoad(page) {
  const session = await page.context().newCDPSession(page);
  await session.send('Network.enable');
  /** @type {Map<string, { askedAt: number, bytes: number, done: boolean }>} */
  const requests = new Map();
  session.on('Network.requestWillBeSent', ({ requestId, wallTime }) => {
    if (!requests.has(requestId))
      requests.set(requestId, { askedAt: wallTime * 1000, bytes: 0, done: false });
  });
  session.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
    const request = requests.get(requestId);
    if (request)
      requests.set(requestId, { ...request, bytes: request.bytes + encodedDataLength, done: true });
  });
  session.on('Network.loadingFailed', ({ requestId }) => {
    const request = requests.get(requestId);
    if (request) requests.set(requestId, { ...request, done: true });
  });
  await page.addInitScript(watchForButton);
  await page.goto('/images');
  await page.waitForFunction(() => 'interactiveAt' in window, undefined, PATIENCE);
  const { interactiveAt, interactiveMs } = await page.evaluate(() => ({
    interactiveAt: performance.timeOrigin + globalThis['interactiveAt'],
    interactiveMs: Math.round(globalThis['interactiveAt']),
  }));
  // What is fetched in advance comes when the browser is idle, and then at once.
  await waitUntil(
    'screens fetched in advance',
    () => [...requests.values()].some(({ askedAt }) => askedAt > interactiveAt),
    PATIENCE,
  );
  await page.waitForLoadState('networkidle', PATIENCE);
  await waitUntil(
    'the end of every request',
    () => [...requests.values()].every(({ done }) => done),
    PATIENCE,
  );
  const all = [...requests.values()];
  const first = all.filter(({ askedAt }) => askedAt <= interactiveAt);
  const bytes = sum(first);
  return { bytes, requests: first.length, interactiveMs, laterBytes: sum(all) - bytes };
}

/** Runs in the page, before its own scripts. */
function watchForButton() {
  const look = () => {
    const button = document.querySelector('main im-distro-row button:enabled');
    if (!button) return requestAnimationFrame(look);
    // After this frame is drawn, a task of our own runs as soon as a click would.
    return requestAnimationFrame(() => setTimeout(() => (globalThis['interactiveAt'] = performance.now())));
  };
  requestAnimationFrame(look);
}

function sum(requests) {
  return requests.reduce((total, { bytes }) => total + bytes, 0);
}
