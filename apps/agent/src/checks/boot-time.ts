import type { Host } from '../host.js';

/**
 * A file counts as made on this boot when it is not older than the boot by more than this. /proc/stat's btime is today's
 * clock minus the uptime, so a clock that was stepped after the file was made moves the boot under it; hosts keep their
 * guests' hardware clock right to a second or two. It must stay short: an image that is booted a minute after it was built
 * would otherwise pass with baked keys.
 */
const TOLERANCE_MS = 10_000;

/**
 * Milliseconds since the epoch when the kernel started, by /proc/stat (proc_stat(5), btime).
 *
 * @throws Error when the kernel does not say.
 */
export async function getBootTime(host: Host): Promise<number> {
  const seconds = /^btime (\d+)$/m.exec((await host.readFile('/proc/stat')) ?? '')?.[1];
  if (seconds === undefined) throw new Error('/proc/stat has no btime');
  return Number(seconds) * 1000;
}

export function isFromThisBoot(modifiedMs: number, bootTimeMs: number): boolean {
  return modifiedMs >= bootTimeMs - TOLERANCE_MS;
}
