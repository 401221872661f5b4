/// <reference lib="dom" />
/** What fades in has a contrast of its own until it has; what turns for as long as a build runs is not waited for. */
export function settled(page) {
  return page.evaluate(() =>
    Promise.all(
      document
        .getAnimations()
        .filter(({ effect }) => effect?.getComputedTiming().endTime !== Infinity)
        .map(({ finished }) => finished.catch(() => undefined)),
    ),
  );
}
