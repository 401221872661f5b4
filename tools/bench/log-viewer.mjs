/// <reference lib="dom" />
import { chromium } from 'playwright-core';
import { findProgram } from '../bootstrap/system-packages.mjs';
import { startLogServer } from './log-server.mjs';

const ARGUMENTS = [
  '--no-sandbox',
  '--disable-dev-shm-usage',
  '--disable-gpu',
  '--enable-precise-memory-info',
];
const SCROLL_MS = 5000;
const BATCH = 2000;

/**
 * The log viewer in Chromium, with 1,000 and with 1,000,000 lines in one run: what grows with the log shows in the ratio.
 *
 * `framesPerSecond` counts animation frames while the log is scrolled by 100 pixels in each; `scriptMs` is the main
 * thread's script time for each of them. `heapMb` is what is left after a garbage collection.
 *
 * @returns {Promise<{ lines: number, shownMs: number, framesPerSecond: number, scriptMs: number, layoutMs: number, heapMb: number }[]>}
 */
export async function measureScrolling(sizes = [1000, 1_000_000]) {
  const figures = [];
  for (const lines of sizes) {
    figures.push(
      await withPage(lines, async ({ page, session, heapMb, shownMs }) => {
        const before = await metrics(session);
        const frames = await page.evaluate(scroll, SCROLL_MS);
        const after = await metrics(session);
        return {
          lines,
          shownMs,
          framesPerSecond: Math.round((frames / SCROLL_MS) * 1000),
          scriptMs: round(((after.ScriptDuration - before.ScriptDuration) * 1000) / frames),
          layoutMs: round(((after.LayoutDuration - before.LayoutDuration) * 1000) / frames),
          heapMb: await heapMb(),
        };
      }),
    );
  }
  return figures;
}

/** The heap, in MB, after so many thousand live lines while the log is followed. */
export function measureLiveLines(lines = 1_000_000) {
  return withPage(1000, async ({ page, server, heapMb }) => {
    const heap = { 0: await heapMb() };
    for (let pushed = 0; pushed < lines;) {
      server.push(BATCH);
      pushed += BATCH;
      await page.locator(`im-log-viewport .row[data-n="${1000 + pushed}"]`).waitFor();
      if (pushed % (lines / 5) === 0) heap[pushed] = await heapMb();
    }
    return heap;
  });
}

async function withPage(lines, task) {
  const server = await startLogServer(lines);
  const browser = await chromium.launch({ executablePath: findProgram('chromium'), args: ARGUMENTS });
  try {
    const page = await browser.newPage({ viewport: { width: 1280, height: 800 }, locale: 'en-GB' });
    const session = await page.context().newCDPSession(page);
    await session.send('Performance.enable');
    const begin = performance.now();
    await page.goto(`${server.url}/builds/1`);
    await page.locator(`im-log-viewport .row[data-n="${lines}"]`).waitFor();
    const shownMs = Math.round(performance.now() - begin);
    const heapMb = async () => {
      await session.send('HeapProfiler.collectGarbage');
      return round((await metrics(session)).JSHeapUsedSize / 1e6);
    };
    return await task({ page, session, server, heapMb, shownMs });
  } finally {
    await browser.close();
    await server.close();
  }
}

async function metrics(session) {
  const { metrics: list } = await session.send('Performance.getMetrics');
  return Object.fromEntries(list.map(({ name, value }) => [name, value]));
}

/** Runs in the page: up and down in the log, a hundred pixels in each frame. */
function scroll(ms) {
  const scroller = document.querySelector('im-log-viewport .scroller');
  if (!scroller) throw new Error('there is no log');
  return new Promise((settle) => {
    const begin = performance.now();
    let frames = 0;
    let step = -100;
    const next = () => {
      const before = scroller.scrollTop;
      scroller.scrollTop += step;
      if (scroller.scrollTop === before) step = -step;
      frames += 1;
      if (performance.now() - begin < ms) requestAnimationFrame(next);
      else settle(frames);
    };
    requestAnimationFrame(next);
  });
}

function round(value) {
  return Math.round(value * 100) / 100;
}
