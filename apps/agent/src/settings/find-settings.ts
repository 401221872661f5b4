import {
  AGENT_SETTINGS_PATH,
  decodeUserData,
  parseAgentSettings,
  type AgentSettings,
} from '@image-manager/agent-contract';
import type { Host } from '../host.js';
import { messageOf, type Log } from '../log.js';
import { pause } from '../pause.js';
import { readConfigDrive } from './config-drive.js';
import type { Datasource, ServerFacts } from './datasource.js';
import { readMetadataService } from './metadata-service.js';

export interface FoundSettings {
  outcome: 'found';
  settings: AgentSettings;
  server: ServerFacts;
  source: Datasource['kind'];
}

export type SettingsSearch =
  | FoundSettings
  /** A datasource was read and holds nothing for the agent: this is not a test server. */
  | { outcome: 'none'; source: Datasource['kind'] }
  /** No datasource showed itself in all the time. */
  | { outcome: 'no-datasource' };

export interface SearchOptions {
  /** How long to look before this counts as a server without a datasource. */
  timeoutMs: number;
  intervalMs?: number;
  metadataUrl?: string;
  log: Log;
  signal?: AbortSignal;
}

/**
 * Looks for the agent's settings on the config drive, in the metadata service and where cloud-init puts them, again and
 * again until a datasource was read: the agent starts before the network and sometimes before the drive.
 *
 * @throws SyntaxError when there are settings but they are damaged.
 */
export async function findSettings(
  host: Host,
  { timeoutMs, intervalMs = 2_000, metadataUrl, log, signal }: SearchOptions,
): Promise<SettingsSearch> {
  const end = host.uptimeMs() + timeoutMs;
  for (let round = 1; ; round += 1) {
    try {
      const search = await searchOnce(host, metadataUrl, signal);
      if (search) return search;
    } catch (error) {
      if (error instanceof SyntaxError || signal?.aborted === true) throw error;
      log(`looking for settings: ${messageOf(error)}`);
    }
    if (host.uptimeMs() >= end) return { outcome: 'no-datasource' };
    if (round === 1) log('no datasource yet, waiting for one');
    await pause(intervalMs, signal);
  }
}

async function searchOnce(
  host: Host,
  metadataUrl: string | undefined,
  signal: AbortSignal | undefined,
): Promise<SettingsSearch | undefined> {
  const datasource =
    (await readConfigDrive(host, signal)) ??
    (await readMetadataService(host, {
      ...(metadataUrl === undefined ? {} : { url: metadataUrl }),
      ...(signal ? { signal } : {}),
    }));
  if (datasource) {
    const settings = decodeUserData(datasource.userData ?? '');
    return settings
      ? { outcome: 'found', settings, server: datasource.server, source: datasource.kind }
      : { outcome: 'none', source: datasource.kind };
  }
  // A cloud whose user-data only cloud-init can read.
  const written = await host.readFile(AGENT_SETTINGS_PATH);
  if (written === undefined) return undefined;
  const serverId = (await host.readFile('/var/lib/cloud/data/instance-id'))?.trim();
  return {
    outcome: 'found',
    settings: parseAgentSettings(written),
    server: { ...(serverId === undefined ? {} : { serverId }), publicKeys: [] },
    source: 'cloud-init',
  };
}
