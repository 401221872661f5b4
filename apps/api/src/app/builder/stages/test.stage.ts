import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { Repository } from 'typeorm';
import { activity } from '@image-manager/contracts';
import { judgeReport } from '@image-manager/pipeline';
import { AgentSessions } from '../../agent/index.js';
import { Clouds } from '../../openstack/index.js';
import { CheckEntity, Ledger, LogStore } from '../../storage/index.js';
import { ConsoleFollower } from '../console-follower.service.js';
import { interruptionOf } from '../interruption.js';
import { ifReachable } from '../patience.js';
import { StageFailure } from '../stage-failure.js';
import { stoppedServer } from '../stopped-server.js';
import type { StageContext } from '../stage-runner.service.js';

const POLL_MS = 1000;
/** Fails by itself where the manager is not reached. */
const MANAGER_CHECK = 'network.manager';

/** Waits for the agent's report and judges it. */
@Injectable()
export class TestStage {
  constructor(
    private readonly clouds: Clouds,
    private readonly ledger: Ledger,
    private readonly log: LogStore,
    private readonly sessions: AgentSessions,
    private readonly consoles: ConsoleFollower,
    @InjectRepository(CheckEntity) private readonly checks: Repository<CheckEntity>,
  ) {}

  async run(context: StageContext): Promise<void> {
    const serverId = await this.serverId(context);
    // After a restart the stage may have more time than its server's token was given.
    const session = await this.sessions.findOpen(context.build.id, context.cloud);
    if (session) await this.sessions.extend(session, new Date(Date.now() + context.remainingMs()));
    const stopFollowing = this.consoles.follow(context, serverId);
    try {
      context.progress(undefined, activity('test.report'));
      await this.waitForReport(context, serverId);
    } finally {
      await stopFollowing();
    }
    await this.judgePath(context);
    await this.judge(context);
  }

  /** A report that came over the serial console says that the server has no way to us. */
  private async judgePath({ build, cloud: cloudName, say }: StageContext): Promise<void> {
    const session = await this.sessions.findOpen(build.id, cloudName);
    const problem = session?.report?.consoleProblem;
    if (problem === undefined) return;
    const address = this.clouds.get(cloudName).managerAddress();
    const message = `The test server does not reach the manager at ${address} (${problem}); its report came over the serial console`;
    if (build.definition.managerUnreachable === 'warn') {
      await say(`Warning: ${message}. The definition lets that pass (managerUnreachable: warn).`);
      await this.checks.update(
        { buildId: build.id, cloud: cloudName, name: MANAGER_CHECK, status: 'fail' },
        { status: 'warn' },
      );
      return;
    }
    const failed = await this.checks.findBy({ buildId: build.id, cloud: cloudName, status: 'fail' });
    throw new StageFailure(
      'MANAGER_UNREACHABLE',
      'cloud',
      message,
      'Check GRPC_PUBLIC_ADDRESS (or grpc_public_address of the cloud), GRPC_ADDRESS, security groups and firewalls between; `managerUnreachable: warn` in the definition lets such images pass.',
      failed.map(({ name, reason }) => `${name}: ${reason}`),
    );
  }

  private async waitForReport(
    { build, cloud: cloudName, signal }: StageContext,
    serverId: string,
  ): Promise<void> {
    const cloud = this.clouds.get(cloudName);
    for (;;) {
      const session = await this.sessions.findOpen(build.id, cloudName);
      if (session?.state === 'reported') return;
      if (session?.state === 'contested') {
        throw new StageFailure(
          'AGENT_CONTESTED',
          'cloud',
          'Two agents claimed the test server’s token: somebody read its user-data',
          'Find out who can read the user-data of servers in this project before you trust its images.',
        );
      }
      const found = await ifReachable(() => cloud.servers.find(serverId, { signal }), signal);
      if (found && found.answer?.status !== 'ACTIVE') {
        const lines = await this.consoleTail(build.id, cloudName);
        throw stoppedServer(`${serverId} in cloud ${cloudName}`, found.answer, 'reported', lines);
      }
      try {
        await this.sessions.nextChange(POLL_MS, signal);
      } catch (error) {
        if (interruptionOf(signal) !== 'deadline') throw error;
        throw new StageFailure(
          'REPORT_MISSING',
          'image',
          `The agent of test server ${serverId} registered, but its report did not come within ${build.definition.deadlines.test} s`,
          'The agent’s lines in the log tell which check it was at; if it only needs longer, raise deadlines.test.',
          await this.consoleTail(build.id, cloudName),
        );
      }
    }
  }

  private async judge({ build, cloud, say }: StageContext): Promise<void> {
    const checks = await this.checks.findBy({ buildId: build.id, cloud });
    const verdict = judgeReport(checks, build.definition.requiredChecks);
    const failures = [
      ...verdict.failed.map(({ name, reason }) => `${name}: ${reason}`),
      ...verdict.missing.map((name) => `${name}: not in the report`),
    ];
    if (!verdict.passed) {
      throw new StageFailure(
        'CHECK_FAILED',
        'image',
        `${failures.length === 1 ? 'A required check' : `${failures.length} required checks`} failed: ${failures.join('; ')}`,
        'Mend the image’s definition or elements, or take the check off requiredChecks if it does not apply.',
        failures,
      );
    }
    const count = (status: string) => checks.filter((check) => check.status === status).length;
    await say(
      `The agent’s report is in: ${count('pass')} passed, ${count('fail')} failed, ${count('warn')} warned, ${count('skip')} skipped`,
    );
  }

  private async consoleTail(buildId: number, cloud: string): Promise<string[]> {
    const tail = await this.log.tail(buildId, 200, { cloud });
    return tail.filter(({ stream }) => stream === 'console').map(({ text }) => text);
  }

  private async serverId({ build, cloud }: StageContext): Promise<string> {
    const rows = await this.ledger.ofBuild(build.id);
    const row = rows.findLast(
      (entry) => entry.cloud === cloud && entry.kind === 'server' && entry.state === 'held',
    );
    if (!row?.externalId) throw new Error(`build ${build.id} has no server in ${cloud}`);
    return row.externalId;
  }
}
