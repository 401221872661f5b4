import type { Host } from './host.js';
import type { Log } from './log.js';

const LIMIT_MS = 30_000;

/** Ends this server; by force where systemd will not. */
export async function powerOff(host: Host, log: Log): Promise<void> {
  const asked = await host.run(['systemctl', 'poweroff', '--no-wall'], { timeoutMs: LIMIT_MS });
  if (asked?.code === 0) return;
  log(`systemctl poweroff: ${asked?.stderr.trim() ?? 'not installed'}; powering off by force`);
  await host.run(['poweroff', '-f'], { timeoutMs: LIMIT_MS });
}
