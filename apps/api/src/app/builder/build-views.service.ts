import { basename } from 'node:path';
import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { In, Repository } from 'typeorm';
import {
  activity,
  isFinal,
  type BuildSummary,
  type BuildView,
  type CheckView,
  type KeptServerView,
  type Page,
  type StageView,
} from '@image-manager/contracts';
import { AgentSessions } from '../agent/index.js';
import { DomainError } from '../errors/index.js';
import { Clouds, ImageViews } from '../openstack/index.js';
import {
  BuildEntity,
  CheckEntity,
  keptAddresses,
  keptUntil,
  Ledger,
  LogReader,
  StageEntity,
  WritableDatabase,
  type LedgerEntity,
} from '../storage/index.js';
import { BuildHistory, type BuildFilter } from './build-history.service.js';
import { DistroRegistry } from './distro-registry.service.js';
import { BuildFigures } from './statistics/build-figures.service.js';

/** Not the definition, which is the widest. */
const SUMMARIZED = {
  id: true,
  distroId: true,
  status: true,
  createdAt: true,
  startedAt: true,
  finishedAt: true,
  cause: true,
  clouds: true,
  artifact: true,
  artifactOf: true,
  retryOf: true,
} as const;

/** Builds as people see them. */
@Injectable()
export class BuildViews {
  constructor(
    private readonly log: LogReader,
    private readonly images: ImageViews,
    private readonly clouds: Clouds,
    private readonly sessions: AgentSessions,
    private readonly ledger: Ledger,
    private readonly registry: DistroRegistry,
    private readonly history: BuildHistory,
    private readonly figures: BuildFigures,
    private readonly database: WritableDatabase,
    @InjectRepository(BuildEntity) private readonly builds: Repository<BuildEntity>,
    @InjectRepository(StageEntity) private readonly stages: Repository<StageEntity>,
    @InjectRepository(CheckEntity) private readonly checks: Repository<CheckEntity>,
  ) {}

  /** Newest first. */
  async page(filter: BuildFilter, page: number, pageSize: number): Promise<Page<BuildSummary>> {
    const [ids, total] = await this.history.page(filter, (page - 1) * pageSize, pageSize);
    return { items: await this.summaries(ids), total, page, pageSize };
  }

  /** Newest first, so many at a time. */
  async *slices(filter: BuildFilter, size: number): AsyncGenerator<BuildSummary[]> {
    for await (const ids of this.history.slices(filter, size)) yield await this.summaries(ids);
  }

  /** In the order of the numbers. */
  private async summaries(ids: readonly number[]): Promise<BuildSummary[]> {
    const rows = await this.builds.find({ select: SUMMARIZED, where: { id: In(ids) } });
    const running = rows.filter(({ status }) => status === 'running').map(({ id }) => id);
    const [stages, bytes] = await Promise.all([
      this.stages.findBy({ buildId: In(running), status: 'running' }),
      this.figures.artifactBytes(ids),
    ]);
    return ids.flatMap((id) => {
      const row = rows.find((build) => build.id === id);
      if (!row) return [];
      return [
        summary(
          row,
          stages.find(({ buildId }) => buildId === id),
          bytes.get(id),
        ),
      ];
    });
  }

  async lastOf(distroId: string): Promise<BuildSummary | undefined> {
    return (await this.page({ distroId: [distroId] }, 1, 1)).items[0];
  }

  /** @throws DomainError UNKNOWN_BUILD */
  async get(id: number): Promise<BuildView> {
    const build = await this.row(id);
    const [stages, checks, images, logLines, [session], ledger, bytes] = await Promise.all([
      this.stages.find({ where: { buildId: id }, order: { id: 'ASC' } }),
      this.checks.find({ where: { buildId: id }, order: { name: 'ASC' } }),
      this.images.ofBuild(id),
      this.log.lastLine(id),
      this.sessions.findReported(id),
      this.ledger.ofBuild(id),
      this.figures.artifactBytes([id]),
    ]);
    const { artifact } = build;
    return {
      ...summary(
        build,
        stages.find(({ status }) => status === 'running'),
        bytes.get(id),
      ),
      packages: build.packages,
      dibArguments: build.dibArguments,
      definitionDigest: build.definitionDigest,
      stages: stages.map((row) => stageView(row, this.database.trouble?.message)),
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
      keepFailedServerMinutes: build.definition.keepFailedServerMinutes,
      canKeepServer: canKeepServer(build, stages),
      keptServers: ledger.flatMap((row) => this.keptServer(row)),
    };
  }

  private keptServer(row: LedgerEntity): KeptServerView[] {
    const until = keptUntil(row);
    if (row.kind !== 'server' || row.externalId === null || !until) return [];
    const kind = this.clouds.all().find(({ name }) => name === row.cloud)?.kind;
    return [
      {
        cloud: row.cloud,
        ...(kind ? { kind } : {}),
        id: row.externalId,
        keptUntil: until.toISOString(),
        // A server of the local cloud has one as well, in a network of its own that nobody else is in.
        addresses: kind === 'openstack' ? keptAddresses(row) : [],
      },
    ];
  }

  /** @throws DomainError UNKNOWN_BUILD */
  async row(id: number): Promise<BuildEntity> {
    const build = await this.builds.findOneBy({ id });
    if (build) return build;
    throw new DomainError('not-found', 'UNKNOWN_BUILD', `There is no build ${id}`);
  }
}

export function canRetry({ status }: BuildEntity): boolean {
  return status === 'failed' || status === 'cancelled' || status === 'partial';
}

function summary(
  build: BuildEntity,
  running: StageEntity | undefined,
  recordedBytes: number | undefined,
): BuildSummary {
  const artifactBytes = recordedBytes ?? build.artifact?.sizeBytes;
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
    ...(artifactBytes === undefined ? {} : { artifactBytes }),
    ...(build.retryOf === null ? {} : { retryOf: build.retryOf }),
    ...(build.artifactOf === null ? {} : { artifactOf: build.artifactOf }),
  };
}

/** As long as the cleanup of one of its clouds has not begun. */
function canKeepServer({ status, cancelRequestedAt }: BuildEntity, stages: readonly StageEntity[]): boolean {
  if (isFinal(status) || cancelRequestedAt !== null) return false;
  return stages.some(
    ({ stage, cloud, status }) => stage === 'cleanup' && cloud !== '' && status === 'pending',
  );
}

/** @param trouble what the build waits for instead of going on. */
function stageView(row: StageEntity, trouble: string | undefined): StageView {
  const { startedAt, finishedAt, deadlineAt } = row;
  const held = row.status === 'running' && trouble !== undefined;
  const now = held ? activity('any.held', { reason: trouble }) : row.activity;
  return {
    stage: row.stage,
    cloud: row.cloud,
    status: row.status,
    ...(startedAt ? { startedAt: startedAt.toISOString() } : {}),
    ...(finishedAt ? { finishedAt: finishedAt.toISOString() } : {}),
    ...(startedAt && finishedAt ? { durationMs: finishedAt.getTime() - startedAt.getTime() } : {}),
    ...(deadlineAt ? { deadlineAt: deadlineAt.toISOString() } : {}),
    ...(row.progress === null ? {} : { progress: row.progress }),
    ...(now === null ? {} : { activity: now }),
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
