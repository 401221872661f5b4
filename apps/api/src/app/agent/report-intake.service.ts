import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { Repository } from 'typeorm';
import { KeyedLock } from '@image-manager/cloud';
import type {
  Check__Output,
  ConsoleCheck,
  ConsoleReport,
  ReportRequest__Output,
} from '@image-manager/agent-contract';
import type { CheckStatus } from '@image-manager/contracts';
import {
  AgentSessionEntity,
  BuildEntity,
  CheckEntity,
  LogStore,
  type StoredReport,
} from '../storage/index.js';
import { invalid } from './agent-guard.js';
import { AgentSessions } from './agent-sessions.service.js';
import { plainText } from './plain-text.js';

const STATUS: Record<string, CheckStatus> = {
  CHECK_STATUS_PASS: 'pass',
  CHECK_STATUS_FAIL: 'fail',
  CHECK_STATUS_WARN: 'warn',
  CHECK_STATUS_SKIP: 'skip',
};

const MAX_LINE = 4096;
const MAX_CHECKS = 200;
const MAX_PACKAGES = 20_000;
/** What package managers call a package or a version; generous, but one word of plain characters. */
const PACKAGE_WORD = /^[!-~]{1,200}$/;
const CHECK_NAME = /^[a-z][a-z0-9-]*\.[a-z][a-z0-9-]*$/;

/** Stores what agents say, after looking at it: a test server is not trusted to be well-behaved. */
@Injectable()
export class ReportIntake {
  /** One report of a session at a time: the second must find what the first has left, not the middle of it. */
  private readonly reports = new KeyedLock();

  constructor(
    private readonly sessions: AgentSessions,
    private readonly log: LogStore,
    @InjectRepository(CheckEntity) private readonly checks: Repository<CheckEntity>,
    @InjectRepository(BuildEntity) private readonly builds: Repository<BuildEntity>,
  ) {}

  /**
   * @returns false when the session may not report any more.
   * @throws RpcException INVALID_ARGUMENT naming the field.
   */
  take({ id }: AgentSessionEntity, request: ReportRequest__Output): Promise<boolean> {
    return this.reports.run(String(id), async () => {
      const session = await this.sessions.get(id);
      if (session.state === 'reported') return true; // the answer was lost, the report was not
      if (session.state !== 'registered') return false;
      const checks = statusesOf(request);
      assertPackages(request);
      await this.store(session, checks);
      return this.sessions.saveReport(session, storedReport(request));
    });
  }

  /**
   * A report that was read from the serial console and verified.
   *
   * @throws RpcException INVALID_ARGUMENT as for one over gRPC: a server that can sign is still not trusted to behave.
   */
  takeFromConsole({ id }: AgentSessionEntity, report: ConsoleReport): Promise<void> {
    return this.reports.run(String(id), async () => {
      const session = await this.sessions.get(id);
      if (session.state !== 'issued' && session.state !== 'registered') return;
      const statuses: readonly string[] = Object.values(STATUS);
      const sound = report.checks.filter(({ status }) => statuses.includes(status)).slice(0, MAX_CHECKS);
      await this.store(session, sound);
      const { kernelRelease, timing, problem } = report;
      const stored = storedReport({ packages: [], kernelRelease, ...(timing ? { timing } : {}) });
      await this.sessions.saveReport(session, { ...stored, consoleProblem: plainText(problem, 500) });
    });
  }

  /** A report that was interrupted between these writes comes again and starts over. */
  private async store(session: AgentSessionEntity, checks: readonly ConsoleCheck[]): Promise<void> {
    const { buildId, cloud } = session;
    const { definition } = await this.builds.findOneByOrFail({ id: buildId });
    const rows = checks.map((check, index) => {
      if (!CHECK_NAME.test(check.name)) throw invalid(`checks[${index}].name is not a check's name`);
      return this.checks.create({
        buildId,
        cloud,
        name: check.name,
        status: check.status,
        required: definition.requiredChecks.includes(check.name),
        reason: plainText(check.reason, 2000),
        figure: check.figure === '' ? null : plainText(check.figure, 200),
        unit: check.unit === '' ? null : plainText(check.unit, 50),
        durationMs: check.durationMs,
      });
    });
    if (new Set(rows.map(({ name }) => name)).size !== rows.length)
      throw invalid('checks: a name occurs twice');
    await this.checks.delete({ buildId, cloud });
    await this.checks.insert(rows);
    await this.log.flush(buildId);
  }

  /** A line or a finished check, for those who watch. */
  async watch(
    session: AgentSessionEntity,
    finding: { logLine?: string; check?: Check__Output | null },
  ): Promise<void> {
    const text = finding.check ? describeCheck(finding.check) : finding.logLine;
    if (text === undefined) return;
    const { buildId, cloud } = session;
    const clean = plainText(text, MAX_LINE);
    await this.log.append(buildId, [{ stage: 'test', cloud, stream: 'agent', text: clean }]);
  }
}

function statusesOf({ checks }: ReportRequest__Output): ConsoleCheck[] {
  if (checks.length > MAX_CHECKS) throw invalid(`checks: at most ${MAX_CHECKS}`);
  return checks.map((check, index) => {
    const status = STATUS[check.status];
    if (!status) throw invalid(`checks[${index}].status is not a status`);
    return { ...check, status };
  });
}

function assertPackages({ packages }: ReportRequest__Output): void {
  if (packages.length > MAX_PACKAGES) throw invalid(`packages: at most ${MAX_PACKAGES}`);
  packages.forEach(({ name, version, architecture }, index) => {
    if (!PACKAGE_WORD.test(name)) throw invalid(`packages[${index}].name is not a package's name`);
    if (!PACKAGE_WORD.test(version)) throw invalid(`packages[${index}].version is not a version`);
    if (architecture !== '' && !PACKAGE_WORD.test(architecture))
      throw invalid(`packages[${index}].architecture is not an architecture`);
  });
}

function describeCheck({ status, name, reason, figure, unit }: Check__Output): string {
  const word = STATUS[status] ?? 'unknown';
  const measured = figure === '' ? '' : ` ${figure}${unit === '' ? '' : ` ${unit}`}`;
  return `${word.padEnd(4)} ${name}${measured}${reason === '' ? '' : `: ${reason}`}`;
}

function storedReport({
  packages,
  timing,
  kernelRelease,
}: Pick<ReportRequest__Output, 'packages' | 'kernelRelease'> & {
  timing?: StoredReport['timing'] | null;
}): StoredReport {
  return {
    packages: packages.map(({ name, version, architecture }) => ({ name, version, architecture })),
    kernelRelease: plainText(kernelRelease, 200),
    timing: {
      kernelMs: timing?.kernelMs ?? 0,
      initrdMs: timing?.initrdMs ?? 0,
      userspaceMs: timing?.userspaceMs ?? 0,
      cloudInitMs: timing?.cloudInitMs ?? 0,
      untilReportMs: timing?.untilReportMs ?? 0,
    },
  };
}
