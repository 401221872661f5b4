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
import { AgentGuard, invalid, refusal } from './agent-guard.js';
import { AgentSessions } from './agent-sessions.service.js';
import { ReportIntake } from './report-intake.service.js';

const NONCE = /^[0-9a-f]{32}$/;
/** No honest agent has more to say about one boot. */
const MAX_FINDINGS = 5000;
const REPORT_MARGIN_S = 30;
const MAX_LINE = 4096;

/** What test servers may call; see proto/agent/v1/agent.proto. */
@Controller()
export class AgentController {
  constructor(
    private readonly guard: AgentGuard,
    private readonly sessions: AgentSessions,
    private readonly intake: ReportIntake,
    private readonly clouds: Clouds,
    private readonly config: AppConfig,
    private readonly log: LogStore,
    @InjectRepository(BuildEntity) private readonly builds: Repository<BuildEntity>,
  ) {}

  @GrpcMethod(AGENT_SERVICE, 'Register')
  async register(request: RegisterRequest__Output, metadata: Metadata): Promise<RegisterResponse> {
    const session = await this.guard.sessionOf(metadata, 'Register');
    if (!NONCE.test(request.nonce)) throw invalid('nonce must be 32 hex digits');
    // A token whose report is in is used up, for the agent itself as for anybody else.
    if (session.state === 'reported') throw refusal();
    if (!(await this.sessions.bind(session, request.nonce))) {
      await this.say(
        session,
        'A second agent claimed this server: its registration is refused and the build fails',
      );
      throw refusal();
    }
    const build = await this.builds.findOneByOrFail({ id: session.buildId });
    const { definition } = build;
    const cloud = this.clouds.get(session.cloud);
    const flavor = await cloud.flavor();
    await this.say(session, `Agent ${request.agentVersion.slice(0, 40)} registered`);
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
    const receiving = findings.pipe(take(MAX_FINDINGS), map(shortened)).subscribe(buffered);
    return from(this.guard.sessionOf(metadata, 'StreamFindings')).pipe(
      mergeMap((session) =>
        buffered.pipe(
          takeUntil(this.sessions.closed$.pipe(filter((closed) => isOf(session, closed)))),
          concatMap((finding) => this.intake.watch(session, finding)),
        ),
      ),
      count(),
      map((accepted) => ({ accepted })),
      finalize(() => {
        receiving.unsubscribe();
      }),
    );
  }

  @GrpcMethod(AGENT_SERVICE, 'Report')
  async report(request: ReportRequest__Output, metadata: Metadata): Promise<ReportResponse> {
    const session = await this.guard.sessionOf(metadata, 'Report');
    if (session.nonce === null || request.nonce !== session.nonce) throw refusal();
    try {
      await this.intake.take(session, request);
    } catch (error) {
      if (error instanceof RpcException) throw error;
      throw new RpcException({ code: 13, message: 'the report could not be stored; try again' });
    }
    return { instruction: 'INSTRUCTION_SHUTDOWN' };
  }

  private say({ buildId, cloud }: AgentSessionEntity, text: string): Promise<void> {
    return this.log.append(buildId, [{ stage: 'test', cloud, stream: 'manager', text }]);
  }
}

/** Cut before it is kept: a stream of large messages must not fill our memory. */
function shortened({ logLine, ...finding }: Finding__Output): Finding__Output {
  return logLine === undefined ? finding : { ...finding, logLine: logLine.slice(0, MAX_LINE) };
}

function isOf(session: AgentSessionEntity, closed: { buildId: number; cloud: string }): boolean {
  return session.buildId === closed.buildId && session.cloud === closed.cloud;
}
