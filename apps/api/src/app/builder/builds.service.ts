import { Injectable } from '@nestjs/common';
import { InjectDataSource, InjectRepository } from '@nestjs/typeorm';
import { DataSource, Repository } from 'typeorm';
import { isFinal, type BuildView, type CreateBuild } from '@image-manager/contracts';
import { findArgumentProblem, isPackageName } from '@image-manager/disk-image-builder';
import { planStages } from '@image-manager/pipeline';
import { DomainError } from '../errors/index.js';
import { Clouds } from '../openstack/index.js';
import { BuildEntity, DatabaseFile, StageEntity } from '../storage/index.js';
import { BuildEvents } from './build-events.js';
import { BuildQueue } from './build-queue.service.js';
import { BuildViews, canRetry } from './build-views.service.js';
import { DistroRegistry } from './distro-registry.service.js';
import { DistrosService } from './distros.service.js';
import { BuildFigures } from './statistics/build-figures.service.js';

type NewBuild = Pick<
  BuildEntity,
  'distroId' | 'packages' | 'dibArguments' | 'clouds' | 'artifactOf' | 'retryOf'
> & { keepFailedServerMinutes?: number };

/** Creates, cancels and retries builds. */
@Injectable()
export class BuildsService {
  constructor(
    private readonly distros: DistrosService,
    private readonly registry: DistroRegistry,
    private readonly clouds: Clouds,
    private readonly views: BuildViews,
    private readonly queue: BuildQueue,
    private readonly events: BuildEvents,
    private readonly figures: BuildFigures,
    private readonly file: DatabaseFile,
    @InjectDataSource() private readonly database: DataSource,
    @InjectRepository(BuildEntity) private readonly builds: Repository<BuildEntity>,
  ) {}

  /** @throws DomainError INVALID_INPUT, UNKNOWN_DISTRO, BROKEN_DEFINITION, UNKNOWN_CLOUD, ARTIFACT_UNUSABLE */
  async create(request: CreateBuild): Promise<BuildView> {
    const { distroId, packages = [], dibArguments = [], artifactOf, keepFailedServerMinutes } = request;
    refuseUnfit(packages, dibArguments);
    await this.registry.refresh();
    if (artifactOf !== undefined) {
      if (packages.length > 0 || dibArguments.length > 0) {
        throw new DomainError(
          'invalid',
          'INVALID_INPUT',
          'An artifact that exists takes no packages or arguments',
          [{ field: 'artifactOf', message: 'cannot be combined with packages or dibArguments' }],
        );
      }
      await this.assertArtifact(distroId, artifactOf);
    }
    return this.insert({
      distroId,
      packages,
      dibArguments,
      clouds: this.cloudsOf(distroId, request.clouds),
      artifactOf: artifactOf ?? null,
      retryOf: null,
      ...(keepFailedServerMinutes === undefined ? {} : { keepFailedServerMinutes }),
    });
  }

  /**
   * Goes on with what a build did not bring to its end: with its artifact if that still verifies, in the clouds that
   * have no image of it yet.
   *
   * @throws DomainError UNKNOWN_BUILD, NOT_RETRYABLE, BROKEN_DEFINITION
   */
  async retry(id: number): Promise<BuildView> {
    const build = await this.views.row(id);
    if (!canRetry(build)) {
      throw new DomainError(
        'conflict',
        'NOT_RETRYABLE',
        `Build ${id} is ${build.status}; there is nothing to retry`,
      );
    }
    await this.registry.refresh();
    const { stages } = await this.views.get(id);
    const { keepFailedServerMinutes } = build.definition;
    const promoted = stages.filter(({ stage, status }) => stage === 'promote' && status === 'succeeded');
    return this.insert({
      distroId: build.distroId,
      packages: build.packages,
      dibArguments: build.dibArguments,
      clouds: build.clouds.filter((name) => !promoted.some(({ cloud }) => cloud === name)),
      artifactOf: build.artifact ? build.id : null,
      retryOf: build.id,
      // Whether a person or the definition wanted it; where nobody did, the definition may do so by now.
      ...(keepFailedServerMinutes > 0 ? { keepFailedServerMinutes } : {}),
    });
  }

  /** @throws DomainError UNKNOWN_BUILD, ALREADY_ENDED */
  async cancel(id: number): Promise<BuildView> {
    const build = await this.views.row(id);
    if (isFinal(build.status)) {
      throw new DomainError('conflict', 'ALREADY_ENDED', `Build ${id} is ${build.status} already`);
    }
    await this.builds.update({ id }, { cancelRequestedAt: new Date() });
    // What is queued ends here, unless the queue has taken it this very moment.
    const queued = await this.builds.update(
      { id, status: 'queued' },
      { status: 'cancelled', finishedAt: new Date() },
    );
    if (queued.affected === 1) {
      await this.database.getRepository(StageEntity).update({ buildId: id }, { status: 'cancelled' });
      await this.figures.record(await this.views.row(id));
      this.events.build$.next({ id, distroId: build.distroId, status: 'cancelled' });
    } else {
      this.queue.cancel(id);
    }
    return this.views.get(id);
  }

  /** Those that the definition names, or all; of these, the ones that the request wants. */
  private cloudsOf(distroId: string, wanted: readonly string[] | undefined): string[] {
    const { clouds } = this.definition(distroId).definition;
    const all = clouds.length > 0 ? clouds : this.clouds.names;
    if (all.length === 0) {
      throw new DomainError(
        'conflict',
        'NO_CLOUD',
        'No cloud is configured: see the log of the start and config.env',
      );
    }
    const foreign = (wanted ?? []).find((name) => !all.includes(name));
    if (foreign !== undefined) {
      this.clouds.get(foreign);
      throw new DomainError(
        'invalid',
        'INVALID_INPUT',
        `The definition ${distroId} does not go to ${foreign}`,
        [{ field: 'clouds', message: `must be among ${all.join(', ')}` }],
      );
    }
    return [...(wanted ?? all)];
  }

  private async insert({ keepFailedServerMinutes, ...fields }: NewBuild): Promise<BuildView> {
    if (!this.queue.open) {
      throw new DomainError('unavailable', 'STOPPING', 'Image Manager is stopping; ask again once it runs');
    }
    const lost = await this.file.look();
    if (lost) throw new DomainError('unavailable', lost.code, `${lost.message}. ${lost.advice}`);
    const { definition: current, digest } = this.definition(fields.distroId);
    const definition =
      keepFailedServerMinutes === undefined ? current : { ...current, keepFailedServerMinutes };
    for (const cloud of fields.clouds) this.clouds.get(cloud);
    const build = await this.builds.save(
      this.builds.create({
        ...fields,
        status: 'queued',
        definition,
        definitionDigest: digest,
        createdAt: new Date(),
      }),
    );
    await this.database.getRepository(StageEntity).insert(
      planStages(fields.clouds).map((place) => ({
        ...place,
        buildId: build.id,
        status: 'pending' as const,
      })),
    );
    this.events.build$.next({ id: build.id, distroId: build.distroId, status: 'queued' });
    this.queue.wake();
    return this.views.get(build.id);
  }

  private definition(distroId: string) {
    const { definition, digest, problems } = this.distros.registered(distroId);
    if (definition && digest !== undefined) return { definition, digest };
    throw new DomainError(
      'conflict',
      'BROKEN_DEFINITION',
      `The definition ${distroId} is broken`,
      problems.map(({ file, line, field, message }) => ({
        field: `${file}:${line} ${field}`.trim(),
        message,
      })),
    );
  }

  private async assertArtifact(distroId: string, sourceId: number): Promise<void> {
    const source = await this.builds.findOneBy({ id: sourceId });
    const fail = (message: string) => new DomainError('conflict', 'ARTIFACT_UNUSABLE', message);
    if (!source) throw fail(`There is no build ${sourceId}`);
    if (source.distroId !== distroId)
      throw fail(`Build ${sourceId} is one of ${source.distroId}, not of ${distroId}`);
    if (!source.artifact) throw fail(`The artifact of build ${sourceId} is not kept`);
  }
}

/** What reaches disk-image-create and apt is looked at here, not by them an hour later. */
function refuseUnfit(packages: readonly string[], dibArguments: readonly string[]): void {
  const errors = packages.flatMap((name, index) =>
    isPackageName(name) ? [] : [{ field: `packages.${index}`, message: 'must be the name of a package' }],
  );
  const argument = findArgumentProblem(dibArguments);
  if (argument) errors.push({ field: `dibArguments.${argument.index}`, message: argument.message });
  if (errors.length > 0) {
    throw new DomainError(
      'invalid',
      'INVALID_INPUT',
      'The request has fields that are wrong or unknown',
      errors,
    );
  }
}
