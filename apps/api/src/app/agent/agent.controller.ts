import type { Metadata } from '@grpc/grpc-js';
import { Controller } from '@nestjs/common';
import { GrpcMethod, GrpcStreamMethod, RpcException } from '@nestjs/microservices';
import { InjectRepository } from '@nestjs/typeorm';
import {
  concatMap,
  count,
  filter,
  finalize,
  from,
  map,
  mergeMap,
  ReplaySubject,
  take,
  takeUntil,
  type Observable,
} from 'rxjs';
import { Repository } from 'typeorm';
import {
  AGENT_SERVICE,
  type Finding__Output,
  type RegisterRequest__Output,
  type RegisterResponse,
  type ReportRequest__Output,
  type ReportResponse,
  type StreamFindingsResponse,
} from '@image-manager/agent-contract';
import { AppConfig } from '../config/index.js';
import { Clouds } from '../openstack/index.js';
import { BuildEntity, LogStore, type AgentSessionEntity } from '../storage/index.js';
import { AgentGuard, invalid } from './agent-guard.js';
import { AgentSessions } from './agent-sessions.service.js';
import { FindingsAllowance } from './findings-allowance.service.js';
import { plainText } from './plain-text.js';
import { ReportIntake } from './report-intake.service.js';

const NONCE = /^[0-9a-f]{32}$/;
/** What a stream may send before it is known who sends it, and then before it is stored. */
const MAX_WAITING = 5001;
const REPORT_MARGIN_S = 30;
const MAX_LINE = 4096;

/** What test servers may call; see proto/agent/v1/agent.proto. */
@Controller()
export class AgentController {
  constructor(
    private readonly guard: AgentGuard,
    private readonly sessions: AgentSessions,
    private readonly intake: ReportIntake,
    private readonly allowance: FindingsAllowance,
    private readonly clouds: Clouds,
    private readonly config: AppConfig,
    private readonly log: LogStore,
    @InjectRepository(BuildEntity) private readonly builds: Repository<BuildEntity>,
  ) {}

  @GrpcMethod(AGENT_SERVICE, 'Register')
  async register(request: RegisterRequest__Output, metadata: Metadata): Promise<RegisterResponse> {
    const session = await this.guard.sessionOf(metadata, 'Register');
    if (!NONCE.test(request.nonce)) {
      const error = invalid('nonce must be 32 hex digits');
      this.guard.noteInvalid('Register', error);
      throw error;
    }
    // A token whose report is in is used up, for the agent itself as for anybody else.
    if (session.state === 'reported') throw this.guard.refuse('Register', 'used token');
    if (!(await this.sessions.bind(session, request.nonce))) {
      await this.say(
        session,
        'A second agent claimed this server: its registration is refused and the build fails',
      );
      throw this.guard.refuse('Register', 'second agent');
    }
    const build = await this.builds.findOneByOrFail({ id: session.buildId });
    const { definition } = build;
    const cloud = this.clouds.get(session.cloud);
    const flavor = await cloud.flavor();
    await this.say(session, `Agent ${plainText(request.agentVersion, 40)} registered`);
    return {
      buildId: String(build.id),
      expectations: {
        osId: definition.family,
        osVersion: definition.version,
        serverName: session.serverName,
        diskGib: flavor.diskGb,
        users: definition.users.map(({ name }) => name),
        sshPasswordLogin: definition.ssh.passwordLogin,
        sshRootLogin: definition.ssh.rootLogin,
        nowMs: String(Date.now()),
        managerAddress: cloud.managerAddress(),
        injectedKeys: this.config.dib.sshInjectKey === undefined ? [] : [this.config.dib.sshInjectKey],
      },
      // A little less than the test stage has, so that the report is in when that ends.
      deadlineSeconds: Math.max(30, definition.deadlines.test - REPORT_MARGIN_S),
    };
  }

  @GrpcStreamMethod(AGENT_SERVICE, 'StreamFindings')
  streamFindings(
    findings: Observable<Finding__Output>,
    metadata: Metadata,
  ): Observable<StreamFindingsResponse> {
    // Nest lets messages flow once this method has returned, so it must not wait; and what arrives before the session is
    // known has to be kept.
    const buffered = new ReplaySubject<Finding__Output>();
    const receiving = findings.pipe(take(MAX_WAITING), map(shortened)).subscribe(buffered);
    return from(this.guard.sessionOf(metadata, 'StreamFindings')).pipe(
      mergeMap((session) => this.watch(session, buffered)),
      count(),
      map((accepted) => ({ accepted })),
      finalize(() => {
        receiving.unsubscribe();
      }),
    );
  }

  /** @throws RpcException UNAUTHENTICATED when the report is in, RESOURCE_EXHAUSTED when it is more than one may say. */
  private watch(session: AgentSessionEntity, findings: Observable<Finding__Output>): Observable<void> {
    const call = 'StreamFindings';
    if (session.state !== 'registered') {
      throw this.guard.refuse(call, session.state === 'reported' ? 'used token' : 'other agent');
    }
    if (!this.allowance.open(session)) {
      throw this.guard.limit(call, 'too many streams', 'too many streams of this server are open');
    }
    return findings.pipe(
      takeUntil(this.sessions.closed$.pipe(filter((closed) => isOf(session, closed)))),
      concatMap((finding) => {
        if (this.allowance.take(session)) return this.intake.watch(session, finding);
        throw this.guard.limit(call, 'too many findings', 'a server may not say more than this');
      }),
      finalize(() => {
        this.allowance.close(session);
      }),
    );
  }

  @GrpcMethod(AGENT_SERVICE, 'Report')
  async report(request: ReportRequest__Output, metadata: Metadata): Promise<ReportResponse> {
    const session = await this.guard.sessionOf(metadata, 'Report');
    if (session.nonce === null || request.nonce !== session.nonce) {
      throw this.guard.refuse('Report', 'other agent');
    }
    try {
      if (!(await this.intake.take(session, request))) throw this.guard.refuse('Report', 'withdrawn token');
    } catch (error) {
      this.guard.noteInvalid('Report', error);
      if (error instanceof RpcException) throw error;
      throw new RpcException({ code: 13, message: 'the report could not be stored; try again' });
    }
    // Somebody may want to look into a server whose build fails; one that is not wanted is deleted, running or not.
    const { definition } = await this.builds.findOneByOrFail({ id: session.buildId });
    const stays = definition.keepFailedServerMinutes > 0;
    return { instruction: stays ? 'INSTRUCTION_KEEP' : 'INSTRUCTION_SHUTDOWN' };
  }

  private say({ buildId, cloud }: AgentSessionEntity, text: string): Promise<void> {
    return this.log.append(buildId, [{ stage: 'test', cloud, stream: 'manager', text }]);
  }
}

/** Cut before it is kept: a stream of large messages must not fill our memory. */
function shortened({ logLine, check }: Finding__Output): Finding__Output {
  if (logLine !== undefined) return { logLine: logLine.slice(0, MAX_LINE) };
  if (!check) return {};
  const { name, reason, figure, unit } = check;
  return {
    check: {
      ...check,
      name: name.slice(0, 200),
      reason: reason.slice(0, 2000),
      figure: figure.slice(0, 200),
      unit: unit.slice(0, 50),
    },
  };
}

function isOf(session: AgentSessionEntity, closed: { buildId: number; cloud: string }): boolean {
  return session.buildId === closed.buildId && session.cloud === closed.cloud;
}
