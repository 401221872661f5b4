import type { Host } from '../host.js';
import { pause } from '../pause.js';

/** cloud-init's own record of its stages, in /run/cloud-init. */
export interface CloudInitState {
  /** `disabled` also where it is not installed or its generator switched it off. */
  outcome: 'done' | 'disabled' | 'unfinished';
  datasource: string;
  errors: string[];
  /** Problems it went on after; recorded since 23.4. */
  recoverable: string[];
  /** Time in its stages, without the gaps between them; 0 where unknown. */
  durationMs: number;
}

const INTERVAL_MS = 500;

/**
 * Waits for cloud-init's last stage. It reads the files that `cloud-init status --wait` reads instead of starting that: the
 * Python program costs several seconds of an emulated CPU while the boot it waits for needs it.
 * https://docs.cloud-init.io/en/latest/reference/cli.html#status
 */
export async function waitForCloudInit(
  host: Host,
  limitMs: number,
  signal: AbortSignal,
): Promise<CloudInitState> {
  const end = host.uptimeMs() + limitMs;
  for (;;) {
    const state = await readCloudInit(host);
    if (state.outcome !== 'unfinished' || host.uptimeMs() >= end) return state;
    await pause(Math.max(0, Math.min(INTERVAL_MS, end - host.uptimeMs())), signal);
  }
}

async function readCloudInit(host: Host): Promise<CloudInitState> {
  const stages = stagesOf(await readRecord(host, '/run/cloud-init/status.json'));
  const result = await readRecord(host, '/run/cloud-init/result.json');
  const stageErrors = stages.flatMap(({ errors }) => errors);
  const errors = result ? [...new Set([...strings(result['errors']), ...stageErrors])] : stageErrors;
  const state = {
    datasource: typeof result?.['datasource'] === 'string' ? result['datasource'] : '',
    errors,
    recoverable: stages.flatMap(({ recoverable }) => recoverable),
    durationMs: Math.round(stages.reduce((sum, { seconds }) => sum + seconds, 0) * 1000),
  };
  if (result) return { ...state, outcome: 'done' };
  const off =
    (await host.find('/run/cloud-init/disabled')) ??
    (await host.find('/etc/cloud/cloud-init.disabled')) ??
    ((await host.find('/usr/bin/cloud-init')) ? undefined : 'not installed');
  return { ...state, outcome: off === undefined ? 'unfinished' : 'disabled' };
}

interface Stage {
  errors: string[];
  recoverable: string[];
  seconds: number;
}

const STAGES = ['init-local', 'init', 'modules-config', 'modules-final'];

function stagesOf(status: Record<string, unknown> | undefined): Stage[] {
  return STAGES.flatMap((name) => {
    const stage = status?.[name];
    if (!isObject(stage)) return [];
    const { start, finished, errors, recoverable_errors: recoverable } = stage;
    return {
      errors: strings(errors),
      recoverable: isObject(recoverable)
        ? Object.entries(recoverable).flatMap(([level, messages]) =>
            // Deprecated keys are the user-data's affair, not the image's.
            level === 'DEPRECATED' ? [] : strings(messages),
          )
        : [],
      seconds: typeof start === 'number' && typeof finished === 'number' ? Math.max(0, finished - start) : 0,
    };
  });
}

async function readRecord(host: Host, path: string): Promise<Record<string, unknown> | undefined> {
  const text = await host.readFile(path);
  if (text === undefined) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) && isObject(value['v1']) ? value['v1'] : undefined;
  } catch {
    // Caught between two writes of cloud-init's; the next look finds it whole.
    return undefined;
  }
}

function strings(value: unknown): string[] {
  return Array.isArray(value) ? value.map(String) : [];
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
