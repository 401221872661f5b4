import { basename } from 'node:path';
import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { In, Repository } from 'typeorm';
import {
  isFinal,
  type BuildStatus,
  type BuildSummary,
  type BuildView,
  type CheckView,
  type KeptServerView,
  type Page,
  type StageView,
} from '@image-manager/contracts';
import { AgentSessions } from '../agent/index.js';
import { DomainError } from '../errors/index.js';
import { ImageViews } from '../openstack/index.js';
import {
  BuildEntity,
  CheckEntity,
  keptUntil,
  Ledger,
  LogReader,
  StageEntity,
  type LedgerEntity,
} from '../storage/index.js';
import { DistroRegistry } from './distro-registry.service.js';

export interface BuildFilter {
  distroId?: readonly string[];
  status?: readonly BuildStatus[];
  cloud?: string;
  /** Creation, ISO 8601; from inclusive, to exclusive. */
  from?: string;
  to?: string;
  /** In the cause's code or message, the definition's id, or the build's number. */
  text?: string;
}

/** Builds as people see them. */
@Injectable()
export class BuildViews {
  constructor(
    private readonly log: LogReader,
    private readonly images: ImageViews,
    private readonly sessions: AgentSessions,
    private readonly ledger: Ledger,
    private readonly registry: DistroRegistry,
    @InjectRepository(BuildEntity) private readonly builds: Repository<BuildEntity>,
    @InjectRepository(StageEntity) private readonly stages: Repository<StageEntity>,
    @InjectRepository(CheckEntity) private readonly checks: Repository<CheckEntity>,
  ) {}

  /** Newest first. */
  async page(
    { distroId, status, cloud, from, to, text }: BuildFilter,
    page: number,
    pageSize: number,
  ): Promise<Page<BuildSummary>> {
    const query = this.builds.createQueryBuilder('build').orderBy('build.id', 'DESC');
    if (distroId !== undefined) query.andWhere({ distroId: In(distroId) });
    if (status !== undefined) query.andWhere({ status: In(status) });
    // `clouds` is a JSON array of names.
    if (cloud !== undefined)
      query.andWhere('build.clouds LIKE :cloud', { cloud: `%${JSON.stringify(cloud)}%` });
    if (from !== undefined) query.andWhere('build.createdAt >= :from', { from: Date.parse(from) });
    if (to !== undefined) query.andWhere('build.createdAt < :to', { to: Date.parse(to) });
    if (text !== undefined && text !== '') {
      query.andWhere(
        `(LOWER(build.cause) LIKE :part ESCAPE '!' OR LOWER(build.distroId) LIKE :part ESCAPE '!' OR build.id = :number)`,
        { part: `%${likeText(text)}%`, number: /^\d{1,9}$/.test(text) ? Number(text) : 0 },
      );
    }
    const [rows, total] = await query
      .skip((page - 1) * pageSize)
      .take(pageSize)
      .getManyAndCount();
    const running = rows.filter(({ status }) => status === 'running').map(({ id }) => id);
    const stages = await this.stages.findBy({ buildId: In(running), status: 'running' });
    const items = rows.map((row) =>
      summary(
        row,
        stages.find(({ buildId }) => buildId === row.id),
      ),
    );
    return { items, total, page, pageSize };
  }

  async lastOf(distroId: string): Promise<BuildSummary | undefined> {
    return (await this.page({ distroId: [distroId] }, 1, 1)).items[0];
  }

  /** @throws DomainError UNKNOWN_BUILD */
  async get(id: number): Promise<BuildView> {
    const build = await this.row(id);
    const [stages, checks, images, logLines, [session], ledger] = await Promise.all([
      this.stages.find({ where: { buildId: id }, order: { id: 'ASC' } }),
      this.checks.find({ where: { buildId: id }, order: { name: 'ASC' } }),
      this.images.ofBuild(id),
      this.log.lastLine(id),
      this.sessions.findReported(id),
      this.ledger.ofBuild(id),
    ]);
    const { artifact } = build;
    return {
      ...summary(
        build,
        stages.find(({ status }) => status === 'running'),
      ),
      packages: build.packages,
      dibArguments: build.dibArguments,
      definitionDigest: build.definitionDigest,
      stages: stages.map(stageView),
      checks: checks.map(checkView),
      ...(artifact
        ? {
            artifact: {
              fileName: basename(artifact.path),
              sizeBytes: artifact.sizeBytes,
              virtualSizeBytes: artifact.virtualSizeBytes,
              sha512: artifact.sha512,
            },
          }
        : {}),
      images,
      ...(session?.report
        ? { packageCount: session.report.packages.length, timing: session.report.timing }
        : {}),
      logLines,
      canCancel: !isFinal(build.status) && build.cancelRequestedAt === null,
      canRetry: canRetry(build) && this.registry.find(build.distroId)?.definition !== undefined,
      keptServers: ledger.flatMap(keptServer),
    };
  }

  /** @throws DomainError UNKNOWN_BUILD */
  async row(id: number): Promise<BuildEntity> {
    const build = await this.builds.findOneBy({ id });
    if (build) return build;
    throw new DomainError('not-found', 'UNKNOWN_BUILD', `There is no build ${id}`);
  }
}

/** As a part of a LIKE pattern over JSON in lower case. */
function likeText(text: string): string {
  return JSON.stringify(text.toLowerCase()).slice(1, -1).replaceAll(/[!%_]/g, '!$&');
}

export function canRetry({ status }: BuildEntity): boolean {
  return status === 'failed' || status === 'cancelled' || status === 'partial';
}

function summary(build: BuildEntity, running: StageEntity | undefined): BuildSummary {
  return {
    id: build.id,
    distroId: build.distroId,
    status: build.status,
    createdAt: build.createdAt.toISOString(),
    ...(build.startedAt ? { startedAt: build.startedAt.toISOString() } : {}),
    ...(build.finishedAt ? { finishedAt: build.finishedAt.toISOString() } : {}),
    ...(running ? { stage: running.stage } : {}),
    ...(running?.progress === null || running === undefined ? {} : { progress: running.progress }),
    ...(build.cause ? { cause: build.cause } : {}),
    clouds: build.clouds,
    ...(build.retryOf === null ? {} : { retryOf: build.retryOf }),
    ...(build.artifactOf === null ? {} : { artifactOf: build.artifactOf }),
  };
}

function keptServer(row: LedgerEntity): KeptServerView[] {
  const until = keptUntil(row);
  if (row.kind !== 'server' || row.externalId === null || !until) return [];
  return [{ cloud: row.cloud, id: row.externalId, keptUntil: until.toISOString() }];
}

function stageView(row: StageEntity): StageView {
  const { startedAt, finishedAt, deadlineAt } = row;
  return {
    stage: row.stage,
    cloud: row.cloud,
    status: row.status,
    ...(startedAt ? { startedAt: startedAt.toISOString() } : {}),
    ...(finishedAt ? { finishedAt: finishedAt.toISOString() } : {}),
    ...(startedAt && finishedAt ? { durationMs: finishedAt.getTime() - startedAt.getTime() } : {}),
    ...(deadlineAt ? { deadlineAt: deadlineAt.toISOString() } : {}),
    ...(row.progress === null ? {} : { progress: row.progress }),
    ...(row.activity === null ? {} : { activity: row.activity }),
    ...(row.cause ? { cause: row.cause } : {}),
  };
}

function checkView(row: CheckEntity): CheckView {
  return {
    cloud: row.cloud,
    name: row.name,
    status: row.status,
    required: row.required,
    reason: row.reason,
    ...(row.figure === null ? {} : { figure: row.figure }),
    ...(row.unit === null ? {} : { unit: row.unit }),
    durationMs: row.durationMs,
  };
}
