import type { Host } from './host.js';
import type { Log } from './log.js';

export const UNIT = 'image-manager-agent.service';
const UNIT_PATHS = [
  `/etc/systemd/system/${UNIT}`,
  `/lib/systemd/system/${UNIT}`,
  `/usr/lib/systemd/system/${UNIT}`,
];
const PROGRAM_DIRECTORY = '/usr/local/lib/image-manager';
const LIMIT_MS = 30_000;

/**
 * Takes every trace of the agent off this server; the running process is the last one. A step that fails does not keep
 * the others from being taken.
 */
export async function removeAgent(host: Host, log: Log): Promise<void> {
  // Disabling first: should the power fail between the steps, the next boot at least does not start it again.
  const disabled = await host.run(['systemctl', 'disable', UNIT], { timeoutMs: LIMIT_MS });
  if (disabled?.code !== 0) log(`systemctl disable: ${disabled?.stderr.trim() ?? 'not installed'}`);
  for (const path of [...UNIT_PATHS, PROGRAM_DIRECTORY]) await host.remove(path);
  const reloaded = await host.run(['systemctl', 'daemon-reload'], { timeoutMs: LIMIT_MS });
  if (reloaded?.code !== 0) log(`systemctl daemon-reload: ${reloaded?.stderr.trim() ?? 'not installed'}`);
}
