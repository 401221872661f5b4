import { readFile } from 'node:fs/promises';
import { parseAgentSettings } from '@image-manager/agent-contract';
import proto from '@image-manager/agent-contract/agent.proto';
import { runAgent, type AgentOutcome } from './agent.js';
import { ALL_CHECKS } from './checks/registry.js';
import { encodeForConsole, printOnConsoles } from './console.js';
import { LinuxHost } from './linux-host.js';
import { messageOf, type Log } from './log.js';
import { ManagerConnection, RefusedError } from './manager/connection.js';
import { getNonce, makeNonce, NONCE_PATH } from './nonce.js';
import { EXIT, HELP, parseOptions, type Options } from './options.js';
import { powerOff } from './power-off.js';
import { removeAgent } from './self-removal.js';
import { findSettings, type FoundSettings, type SettingsSearch } from './settings/find-settings.js';

/** A server that shows no datasource for so long is not a test server of ours. */
const DATASOURCE_LIMIT_MS = 15 * 60_000;

const log: Log = (line) => {
  process.stdout.write(`${line}\n`);
};

/** Stops what waits, so that mounts and temporary files go; then the signal does what signals do. */
function stopOn(signals: NodeJS.Signals[]): AbortSignal {
  const stop = new AbortController();
  for (const name of signals) {
    process.once(name, () => {
      stop.abort(new StoppedError(name));
    });
  }
  return stop.signal;
}

class StoppedError extends Error {
  override readonly name = 'StoppedError';
  constructor(readonly signalName: NodeJS.Signals) {
    super(`stopped by ${signalName}`);
  }
}

async function main(): Promise<number> {
  let options: Options;
  try {
    options = parseOptions(process.argv.slice(2));
  } catch (error) {
    process.stderr.write(`${messageOf(error)}\n`);
    return EXIT.usage;
  }
  if (options.command === 'help') process.stdout.write(HELP);
  if (options.command === 'version') process.stdout.write(`${AGENT_VERSION}\n`);
  if (options.command !== 'run') return EXIT.done;
  const signal = stopOn(['SIGINT', 'SIGTERM']);
  try {
    return await run(options, signal);
  } catch (error) {
    if (signal.aborted && signal.reason instanceof StoppedError) {
      log(signal.reason.message);
      process.kill(process.pid, signal.reason.signalName);
    } else log(messageOf(error));
    if (error instanceof RefusedError) return EXIT.refused;
    return error instanceof SyntaxError ? EXIT.damagedSettings : EXIT.unexpected;
  }
}

async function run(options: Options, signal: AbortSignal): Promise<number> {
  const host = new LinuxHost({ root: options.root });
  const search = await findOrRead(options, host, signal);
  if (search.outcome !== 'found') {
    log(
      search.outcome === 'none'
        ? `the ${search.source} holds no settings for the agent: this is no test server`
        : 'no datasource showed itself: this is no test server',
    );
    if (!options.dryRun) await removeAgent(host, log);
    return EXIT.done;
  }
  const outcome = await test(options, host, search, signal);
  if (outcome === 'unreachable') return EXIT.unreachable;
  if (outcome === 'shutdown' && !options.dryRun) await powerOff(host, log);
  return EXIT.done;
}

async function findOrRead(options: Options, host: LinuxHost, signal: AbortSignal): Promise<SettingsSearch> {
  if (options.settingsPath === undefined)
    return findSettings(host, { timeoutMs: DATASOURCE_LIMIT_MS, log, signal });
  const settings = parseAgentSettings(await readFile(options.settingsPath, 'utf8'));
  return { outcome: 'found', settings, server: { publicKeys: [] }, source: 'file' };
}

async function test(
  options: Options,
  host: LinuxHost,
  found: FoundSettings,
  signal: AbortSignal,
): Promise<AgentOutcome> {
  const { settings } = found;
  log(`settings from the ${found.source}; the manager is at ${settings.managerAddress}`);
  const server =
    options.serverId === undefined ? found.server : { ...found.server, serverId: options.serverId };
  const nonce = await nonceFor(options, host);
  const manager = new ManagerConnection(settings, proto);
  try {
    return await runAgent({
      host,
      manager,
      settings,
      server,
      nonce,
      version: AGENT_VERSION,
      checks: ALL_CHECKS,
      log,
      connectWindowMs: options.connectWindowMs,
      signal,
      printOnConsole: async (run, problem) => {
        const lines = await encodeForConsole(host, run, { nonce, problem, settings, server });
        // In a dry run the console is somebody's own.
        if (options.dryRun) for (const line of lines) log(line);
        else await printOnConsoles(host, lines);
      },
    });
  } finally {
    manager.close();
  }
}

function nonceFor({ stateDirectory, dryRun }: Options, host: LinuxHost): Promise<string> {
  if (stateDirectory !== undefined) return getNonce(new LinuxHost(), `${stateDirectory}/nonce`);
  return dryRun ? Promise.resolve(makeNonce()) : getNonce(host, NONCE_PATH);
}

void main().then((code) => {
  // Not process.exitCode: a check that could not be interrupted must not keep the process.
  process.exit(code);
});
