/**
 * Counts the images that users see under a name, again and again, as their listing shows them.
 *
 * @param {{ shown(name: string): Promise<unknown[]> }} cloud
 * @param {string} name
 * @param {{ everyMs?: number }} [options]
 */
export function countShown(cloud, name, { everyMs = 100 } = {}) {
  const counts = [];
  let stopped = false;
  let broken;
  const done = (async () => {
    while (!stopped) {
      counts.push((await cloud.shown(name)).length);
      await new Promise((settle) => setTimeout(settle, everyMs));
    }
  })().catch((error) => (broken = error));
  return {
    /** @returns {Promise<number[]>} @throws what kept it from counting */
    async stop() {
      stopped = true;
      await done;
      if (broken) throw broken;
      return counts;
    },
  };
}
