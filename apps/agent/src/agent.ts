import type {
  AgentSettings,
  RegisterResponse__Output,
  ReportResponse__Output,
} from '@image-manager/agent-contract';
import type { CheckDefinition, ManagerReached } from './checks/check.js';
import { runChecks, type CheckRun } from './checks/run-checks.js';
import type { Host } from './host.js';
import { messageOf, type Log } from './log.js';
import { RefusedError, UnreachableError, type ManagerConnection } from './manager/connection.js';
import type { FindingsStream } from './manager/findings-stream.js';
import { backoffDelay, pause, type Backoff } from './pause.js';
import { describe, toReport, toWire } from './report.js';
import type { ServerFacts } from './settings/datasource.js';

export interface AgentOptions {
  host: Host;
  manager: ManagerConnection;
  settings: AgentSettings;
  server: ServerFacts;
  nonce: string;
  version: string;
  checks: readonly CheckDefinition[];
  log: Log;
  /** Milliseconds in which the manager must be reached, for the registration and again for the report. */
  connectWindowMs: number;
  backoff?: Backoff;
  /** Hands the report to whoever reads the serial console. */
  printOnConsole: (run: CheckRun, problem: string) => Promise<void>;
  signal?: AbortSignal;
}

/** What is to be done with the server now. */
export type AgentOutcome = 'shutdown' | 'keep' | 'unreachable';

/** A manager that never has enough is a manager that went wrong. */
const MAX_ROUNDS = 10;
const MAX_RETRY_SECONDS = 300;
/** Where the manager does not say, or cannot be asked. */
const DEFAULT_DEADLINE_MS = 180_000;
/** Of the deadline; the rest is for handing the report in. */
const CHECKS_SHARE = 0.9;
const BACKOFF: Backoff = { firstMs: 1_000, maxMs: 15_000 };

/**
 * Registers, checks, reports, and again where the manager wants that.
 *
 * @throws RefusedError when the manager will not have this agent.
 */
export async function runAgent(options: AgentOptions): Promise<AgentOutcome> {
  const { manager, log, host } = options;
  for (let round = 1; ; round += 1) {
    const registered = await register(options);
    if (registered instanceof UnreachableError) {
      log(`the manager is not reached: ${registered.message}`);
      const reached: ManagerReached = {
        reached: false,
        address: options.settings.managerAddress,
        problem: registered.message,
      };
      const run = await check(options, { reached, deadlineMs: DEFAULT_DEADLINE_MS });
      await options.printOnConsole(run, registered.message);
      return 'unreachable';
    }
    const { response, reached } = registered;
    const deadlineMs = response.deadlineSeconds * 1000 || DEFAULT_DEADLINE_MS;
    log(`registered for build ${response.buildId}; the report is due within ${deadlineMs / 1000} s`);
    const findings = manager.openFindings(deadlineMs);
    const run = await check(options, { reached, deadlineMs, response, findings });
    await findings.end();

    const kernelRelease = (await host.readFile('/proc/sys/kernel/osrelease'))?.trim() ?? '';
    const report = toReport(run, { nonce: options.nonce, kernelRelease });
    // A manager that is started anew while we check may need longer than one that we have yet to find.
    const windowMs = Math.max(options.connectWindowMs, deadlineMs);
    const answer = await persist({ ...options, connectWindowMs: windowMs }, () =>
      manager.report(report, options.signal),
    );
    if (answer instanceof UnreachableError) {
      log(`the report is not taken: ${answer.message}`);
      await options.printOnConsole(run, answer.message);
      return 'unreachable';
    }
    const outcome = await obey(answer, round, options);
    if (outcome !== 'again') return outcome;
  }
}

async function obey(
  { instruction, retryAfterSeconds }: ReportResponse__Output,
  round: number,
  { log, signal }: AgentOptions,
): Promise<AgentOutcome | 'again'> {
  if (instruction === 'INSTRUCTION_RETRY' && round < MAX_ROUNDS) {
    const seconds = Math.min(Math.max(retryAfterSeconds, 1), MAX_RETRY_SECONDS);
    log(`the manager wants the checks again in ${seconds} s`);
    await pause(seconds * 1000, signal);
    return 'again';
  }
  log(`the manager says ${instruction}`);
  // What we do not understand must not power a server off that a person may be looking at.
  return instruction === 'INSTRUCTION_SHUTDOWN' ? 'shutdown' : 'keep';
}

async function register(
  options: AgentOptions,
): Promise<
  { response: RegisterResponse__Output; reached: ManagerReached & { reached: true } } | UnreachableError
> {
  const { host, manager, settings } = options;
  const request = {
    nonce: options.nonce,
    agentVersion: options.version,
    bootId: (await host.readFile('/proc/sys/kernel/random/boot_id'))?.trim() ?? '',
    serverId: options.server.serverId ?? '',
  };
  return persist(options, async () => {
    const sent = host.now();
    const response = await manager.register(request, options.signal);
    const received = host.now();
    if (!response.expectations) throw new UnreachableError('the manager sent no expectations');
    const clockOffsetMs = Math.round((sent + received) / 2) - Number(response.expectations.nowMs);
    return {
      response,
      reached: {
        reached: true,
        address: settings.managerAddress,
        roundTripMs: received - sent,
        clockOffsetMs,
      },
    };
  });
}

/** Tries until the manager answers or the window has passed; a refusal ends it at once. */
async function persist<T>(
  { connectWindowMs, backoff = BACKOFF, host, log, signal }: AgentOptions,
  call: () => Promise<T>,
): Promise<T | UnreachableError> {
  const end = host.uptimeMs() + connectWindowMs;
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await call();
    } catch (error) {
      signal?.throwIfAborted();
      if (error instanceof RefusedError) throw error;
      const problem =
        error instanceof UnreachableError ? error : new UnreachableError(messageOf(error), { cause: error });
      const delay = backoffDelay(attempt, backoff);
      if (host.uptimeMs() + delay >= end) return problem;
      log(`try ${attempt}: ${problem.message}; again in ${(delay / 1000).toFixed(1)} s`);
      await pause(delay, signal);
    }
  }
}

async function check(
  { host, server, checks, log, signal }: AgentOptions,
  {
    reached,
    deadlineMs,
    response,
    findings,
  }: {
    reached: ManagerReached;
    deadlineMs: number;
    response?: RegisterResponse__Output;
    findings?: FindingsStream;
  },
): Promise<CheckRun> {
  const say: Log = (line) => {
    log(line);
    findings?.line(line);
  };
  const run = await runChecks(
    checks,
    {
      host,
      server,
      manager: reached,
      log: say,
      ...(response?.expectations ? { expectations: response.expectations } : {}),
    },
    {
      deadlineMs: Math.round(deadlineMs * CHECKS_SHARE),
      ...(signal ? { signal } : {}),
      onResult: (result) => {
        // The manager puts a finished check into words itself.
        log(describe(result));
        findings?.check(toWire(result));
      },
    },
  );
  signal?.throwIfAborted();
  return run;
}
