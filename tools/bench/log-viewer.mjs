/// <reference lib="dom" />
import { chromium } from 'playwright-core';
import { findProgram } from '../bootstrap/system-packages.mjs';
import { measureFrames, round } from './frames.mjs';
import { startLogServer } from './log-server.mjs';

const ARGUMENTS = [
  '--no-sandbox',
  '--disable-dev-shm-usage',
  '--disable-gpu',
  '--enable-precise-memory-info',
];
const VIEW = { width: 1280, height: 800 };
const BATCH = 2000;
/** Where the heap is looked at, as shares of all lines. */
const LOOKS = [0.1, 0.5, 1];

/** As wide and high as a log, and nothing but a gradient in it. */
const EMPTY_PAGE = `<!doctype html><style>
body { margin: 0 } #box { height: 800px; overflow: auto }
#box > div { height: 15000000px; background: linear-gradient(#eee, #ccc) }
</style><div id="box"><div></div></div>`;

/**
 * The log viewer in Chromium: how it scrolls with 1,000,000 lines, how with 20,000, and how an empty page scrolls in the same
 * browser at the same time of day: what the machine does to all of them shows in the ratio.
 */
export async function measureScrolling(lines = 1_000_000) {
  const empty = await withBrowser(async (browser) => {
    const page = await browser.newPage({ viewport: VIEW });
    await page.setContent(EMPTY_PAGE);
    return measureFrames(browser, page, { selector: '#box' });
  });
  const few = await scrollLog(20_000);
  const many = await scrollLog(lines);
  return { empty, few, many };
}

/** In the middle of the log, where nothing is here yet. */
function scrollLog(lines) {
  return withLog(lines, async ({ browser, page, session, shownMs }) => {
    await page.evaluate(() => {
      const scroller = document.querySelector('im-log-viewport .scroller');
      if (scroller) scroller.scrollTop = scroller.scrollHeight / 4;
    });
    await page.waitForTimeout(500);
    const before = await metrics(session);
    const frames = await measureFrames(browser, page, {
      selector: 'im-log-viewport .scroller',
      rows: '.rows',
    });
    const after = await metrics(session);
    return {
      lines,
      shownMs,
      ...frames,
      scriptShare: round((after.ScriptDuration - before.ScriptDuration) / frames.seconds),
      layoutShare: round((after.LayoutDuration - before.LayoutDuration) / frames.seconds),
    };
  });
}

/**
 * Heap after a garbage collection and nodes of the document, at a tenth, at the half and at the end of so many live lines,
 * all of which the viewer was seen to show the last one of.
 *
 * @returns {Promise<{ pushed: number, heapMb: number, nodes: number }[]>}
 */
export function measureLiveLines(lines = 1_000_000) {
  return withLog(1000, async ({ page, session, server }) => {
    const looks = [];
    for (let pushed = 0; pushed < lines;) {
      server.push(BATCH);
      pushed += BATCH;
      await page.evaluate(shown, 1000 + pushed);
      if (!LOOKS.some((share) => pushed === share * lines)) continue;
      await session.send('HeapProfiler.collectGarbage');
      const { JSHeapUsedSize, Nodes } = await metrics(session);
      looks.push({ pushed, heapMb: round(JSHeapUsedSize / 1e6), nodes: Nodes });
    }
    return looks;
  });
}

async function withBrowser(task) {
  const browser = await chromium.launch({ executablePath: findProgram('chromium'), args: ARGUMENTS });
  try {
    return await task(browser);
  } finally {
    await browser.close();
  }
}

async function withLog(lines, task) {
  const server = await startLogServer(lines);
  try {
    return await withBrowser(async (browser) => {
      const page = await browser.newPage({ viewport: VIEW, locale: 'en-GB' });
      page.setDefaultTimeout(120_000);
      const session = await page.context().newCDPSession(page);
      await session.send('Performance.enable');
      const begin = performance.now();
      await page.goto(`${server.url}/builds/1`);
      await page.locator(`im-log-viewport .row[data-n="${lines}"]`).waitFor();
      const shownMs = Math.round(performance.now() - begin);
      return task({ browser, page, session, server, shownMs });
    });
  } finally {
    await server.close();
  }
}

async function metrics(session) {
  const { metrics: list } = await session.send('Performance.getMetrics');
  return Object.fromEntries(list.map(({ name, value }) => [name, value]));
}

/** Runs in the page: until this line is drawn. */
function shown(n) {
  return new Promise((settle) => {
    const look = () => {
      if (document.querySelector(`im-log-viewport .row[data-n="${n}"]`)) settle(undefined);
      else requestAnimationFrame(look);
    };
    look();
  });
}
