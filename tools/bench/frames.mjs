/// <reference lib="dom" />

/** Of the browser's compositor: a frame that reached the screen, and one that was due and did not. */
const CATEGORY = 'disabled-by-default-devtools.timeline.frame';
const SPEED = 2400;

/**
 * Scrolls an element as a hand on the wheel does, through the browser's own input, down and up again, and counts what
 * reached the screen meanwhile: frames as the compositor's trace has them, not as scripts are called.
 *
 * `framesPerSecond` is of presented frames; `dropped` those that were due and came too late; `longestMs` the longest that the
 * page itself had to wait for its turn, `blankShare` the share of its turns in which a part of the element held no row.
 *
 * @param {import('playwright-core').Browser} browser
 * @param {import('playwright-core').Page} page
 * @param {{ selector: string, rows?: string, pixels?: number }} what
 */
export async function measureFrames(browser, page, { selector, rows, pixels = 12_000 }) {
  const session = await page.context().newCDPSession(page);
  const box = await page.locator(selector).boundingBox();
  if (box === null) throw new Error(`${selector} is not in sight`);
  await page.evaluate(watchFrames, { selector, rows });
  await browser.startTracing(page, { categories: [CATEGORY] });
  const begin = performance.now();
  await session.send('Input.synthesizeScrollGesture', {
    x: box.x + box.width / 2,
    y: box.y + box.height / 2,
    yDistance: -pixels,
    speed: SPEED,
    gestureSourceType: 'mouse',
    repeatCount: 1,
    repeatDelayMs: 1,
    preventFling: true,
  });
  const seconds = (performance.now() - begin) / 1000;
  const { traceEvents } = JSON.parse((await browser.stopTracing()).toString());
  const turns = await page.evaluate(() => globalThis.frameWatch.end());
  await session.detach();
  const count = (name) => traceEvents.filter((event) => event.name === name).length;
  const waits = turns.times.map((at, index) => at - (turns.times[index - 1] ?? at));
  return {
    seconds: round(seconds),
    framesPerSecond: round(count('DrawFrame') / seconds),
    dropped: count('DroppedFrame'),
    longestMs: Math.round(Math.max(...waits)),
    blankShare: round(turns.blank / Math.max(1, turns.times.length)),
    pixels: turns.pixels,
  };
}

/** Runs in the page. */
function watchFrames({ selector, rows }) {
  const element = document.querySelector(selector);
  const times = [];
  let blank = 0;
  let request = 0;
  let pixels = 0;
  let before = element.scrollTop;
  const isBlank = () => {
    if (rows === undefined) return false;
    const view = element.getBoundingClientRect();
    const drawn = element.querySelector(rows).getBoundingClientRect();
    return drawn.top > view.top + 1 || drawn.bottom < view.bottom - 20;
  };
  const turn = (at) => {
    times.push(at);
    pixels += Math.abs(element.scrollTop - before);
    before = element.scrollTop;
    if (isBlank()) blank += 1;
    request = requestAnimationFrame(turn);
  };
  request = requestAnimationFrame(turn);
  globalThis.frameWatch = {
    end: () => {
      cancelAnimationFrame(request);
      return { times, blank, pixels: Math.round(pixels) };
    },
  };
}

export function round(value) {
  return Math.round(value * 100) / 100;
}
