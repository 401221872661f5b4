import { Injectable } from '@nestjs/common';
import { isCloudError, waitFor, wasRefused, type Cloud } from '@image-manager/cloud';
import { encodeUserData } from '@image-manager/agent-contract';
import { activity, withoutControlSequences } from '@image-manager/contracts';
import { AgentSessions, ManagerIdentity } from '../../agent/index.js';
import { Clouds } from '../../openstack/index.js';
import {
  Installation,
  Ledger,
  LogStore,
  type AgentSessionEntity,
  type LedgerEntity,
} from '../../storage/index.js';
import { ConsoleFollower } from '../console-follower.service.js';
import { interruptionOf } from '../interruption.js';
import { lateBoot } from '../late-boot.js';
import { ifReachable, patiently } from '../patience.js';
import { StageFailure } from '../stage-failure.js';
import { stoppedServer } from '../stopped-server.js';
import type { StageContext } from '../stage-runner.service.js';
import { Undo } from '../undo.service.js';
import { artifactOf } from './upload.stage.js';

const POLL_MS = 1000;
/** How much of the log's end is searched for how far the boot came. */
const CONSOLE_LINES = 3000;

/** Boots a test server from the candidate; done when the agent in it has registered. */
@Injectable()
export class BootStage {
  constructor(
    private readonly clouds: Clouds,
    private readonly installation: Installation,
    private readonly ledger: Ledger,
    private readonly log: LogStore,
    private readonly sessions: AgentSessions,
    private readonly identity: ManagerIdentity,
    private readonly consoles: ConsoleFollower,
    private readonly undo: Undo,
  ) {}

  async run(context: StageContext): Promise<void> {
    const { cloud: cloudName, signal, progress, say } = context;
    const cloud = this.clouds.get(cloudName);
    const serverId =
      (context.resumed ? await this.findEarlierServer(context) : undefined) ?? (await this.start(context));
    const stopFollowing = this.consoles.follow(context, serverId);
    let active = false;
    try {
      progress(undefined, activity('boot.server'));
      const read = (waitSignal: AbortSignal | undefined) =>
        cloud.servers.get(serverId, waitSignal ? { signal: waitSignal } : {});
      await waitFor((waitSignal) => patiently(() => read(waitSignal), signal, say), {
        target: 'ACTIVE',
        failures: ['ERROR', 'SHUTOFF', 'DELETED'],
        timeoutMs: context.remainingMs(),
        intervalMs: POLL_MS,
        signal,
        what: `test server ${serverId} in cloud ${cloudName}`,
      });
      active = true;
      await say(`Server ${serverId} is active`);
      progress(undefined, activity('boot.agent'));
      await this.waitForAgent(context, cloud, serverId);
    } catch (error) {
      // Prompts and last words end no line; what a next start reads on is left whole.
      await stopFollowing({ cutLine: interruptionOf(signal) !== 'handover' });
      throw await this.withConsole(error, context, { serverId, active });
    }
    await stopFollowing();
  }

  private async start(context: StageContext): Promise<string> {
    const { build, cloud: cloudName, signal, say } = context;
    const cloud = this.clouds.get(cloudName);
    const imageId = await this.candidateId(build.id, cloudName);
    const ownership = { installationId: this.installation.id, buildId: build.id };
    const name = `image-manager-build-${build.id}`;
    const { token, session } = await this.sessions.issue(
      { buildId: build.id, cloud: cloudName, serverName: name },
      speaksUntil(context),
    );
    const row = await this.ledger.intend({ buildId: build.id, cloud: cloudName, kind: 'server', name });
    const server = await this.create(row, () =>
      cloud.servers.create(
        {
          name,
          imageId,
          userData: encodeUserData({
            managerAddress: cloud.managerAddress(),
            token,
            buildId: build.id,
            certificate: this.identity.certificate.certificate,
            consoleKey: session.consoleKey,
            imageChecksum: artifactOf(build).sha512,
          }),
          metadata: {},
          ownership,
        },
        { signal },
      ),
    );
    await this.ledger.hold(row, server.id);
    await say(`Test server ${server.id} is being created from image ${imageId}`);
    return server.id;
  }

  /** What the cloud refused was not made: nobody has to look for it. */
  private async create<T>(row: LedgerEntity, create: () => Promise<T>): Promise<T> {
    try {
      return await create();
    } catch (error) {
      if (wasRefused(error)) await this.ledger.release(row);
      throw error;
    }
  }

  /** A server of ours that still runs and may still speak is carried on with; anything else is removed. */
  private async findEarlierServer(context: StageContext): Promise<string | undefined> {
    const { build, cloud: cloudName, signal, say } = context;
    const cloud = this.clouds.get(cloudName);
    const session = await this.sessions.findOpen(build.id, cloudName);
    const rows = (await this.ledger.ofBuild(build.id)).filter(
      ({ cloud, kind, state }) => cloud === cloudName && kind === 'server' && state !== 'released',
    );
    const held = rows.find(({ state }) => state === 'held')?.externalId;
    const server = held ? await cloud.servers.find(held, { signal }) : undefined;
    if (server && session && (server.status === 'ACTIVE' || server.status === 'BUILD')) {
      await this.sessions.extend(session, speaksUntil(context));
      await say(`Carrying on with server ${server.id}, which was started before`);
      return server.id;
    }
    await this.sessions.close(build.id, cloudName);
    for (const row of rows) await this.undo.undo(row, signal);
    return undefined;
  }

  private async waitForAgent(
    { build, cloud: cloudName, signal }: StageContext,
    cloud: Cloud,
    serverId: string,
  ) {
    for (;;) {
      const session = await this.sessions.findOpen(build.id, cloudName);
      if (session && hasSpoken(session)) return;
      const server = (await ifReachable(() => cloud.servers.get(serverId, { signal }), signal))?.answer;
      if (server && server.status !== 'ACTIVE') {
        throw stoppedServer(`${serverId} in cloud ${cloudName}`, server, 'registered');
      }
      await this.sessions.nextChange(POLL_MS, signal);
    }
  }

  private async withConsole(
    error: unknown,
    { stage, cloud, signal, build }: StageContext,
    { serverId, active }: { serverId: string; active: boolean },
  ) {
    const kind = interruptionOf(signal);
    if (kind === 'cancel' || kind === 'handover') return error;
    const tail = await this.log.tail(build.id, CONSOLE_LINES, { stage, cloud });
    const lines = tail.filter(({ stream }) => stream === 'console').map(({ text }) => text);
    const last = lines
      .map((line) => withoutControlSequences(line).trimEnd())
      .filter((line) => line !== '')
      .slice(-20);
    if (kind === 'deadline' && !isCloudError(error, 'UNREACHABLE')) {
      const seconds = build.definition.deadlines.boot;
      return active ? lateBoot(lines, seconds) : lateServer(`${serverId} in cloud ${cloud}`, seconds);
    }
    if (error instanceof StageFailure)
      return new StageFailure(error.code, error.fault, error.message, error.advice, last);
    if (isCloudError(error, 'SERVER_ERROR_STATE')) {
      return new StageFailure(
        'CLOUD_SERVER_ERROR_STATE',
        'cloud',
        error.message,
        error.advice ?? 'See the cloud’s own log.',
        last,
      );
    }
    return error;
  }

  private async candidateId(buildId: number, cloud: string): Promise<string> {
    const rows = await this.ledger.ofBuild(buildId);
    const row = rows.findLast(
      (entry) => entry.cloud === cloud && entry.kind === 'image' && entry.state === 'held',
    );
    if (!row?.externalId) throw new Error(`build ${buildId} has no candidate in ${cloud}`);
    return row.externalId;
  }
}

function lateServer(server: string, seconds: number): StageFailure {
  return new StageFailure(
    'SERVER_NOT_ACTIVE',
    'cloud',
    `Test server ${server} was not ACTIVE within ${seconds} s`,
    'Find out what holds it up: in an OpenStack nova-compute’s log names it, mostly it copies the image; on the local cloud the build host is too busy. If it only needs longer, raise deadlines.boot in the definition.',
  );
}

/** An agent that registers at the last moment has the whole test stage before it. */
function speaksUntil({ build, remainingMs }: StageContext): Date {
  return new Date(Date.now() + remainingMs() + build.definition.deadlines.test * 1000);
}

function hasSpoken({ state }: AgentSessionEntity): boolean {
  return state === 'registered' || state === 'reported' || state === 'contested';
}
