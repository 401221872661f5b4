import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { LessThan, LessThanOrEqual, Repository } from 'typeorm';
import type { PackageDifference, PackageList } from '@image-manager/contracts';
import { AgentSessions } from '../../agent/index.js';
import { DomainError } from '../../errors/index.js';
import { ImageEntity, ImageSwitchEntity, type BuildEntity } from '../../storage/index.js';
import { BuildViews } from '../build-views.service.js';
import { comparePackages } from './compare-packages.js';

/** What the agents found installed, and what that changes for users. */
@Injectable()
export class Packages {
  constructor(
    private readonly views: BuildViews,
    private readonly sessions: AgentSessions,
    @InjectRepository(ImageEntity) private readonly images: Repository<ImageEntity>,
    @InjectRepository(ImageSwitchEntity) private readonly switches: Repository<ImageSwitchEntity>,
  ) {}

  /** One list per cloud whose agent has reported. @throws DomainError UNKNOWN_BUILD */
  async of(buildId: number): Promise<PackageList[]> {
    const { clouds } = await this.views.row(buildId);
    const sessions = await this.sessions.findReported(buildId);
    return clouds.flatMap((cloud) => {
      // The last server's word counts.
      const report = sessions.find((session) => session.cloud === cloud)?.report;
      if (!report) return [];
      const packages = [...report.packages].sort((a, b) => a.name.localeCompare(b.name, 'en'));
      return [{ cloud, kernelRelease: report.kernelRelease, packages }];
    });
  }

  /** @throws DomainError UNKNOWN_BUILD, INVALID_INPUT, NO_PACKAGES */
  async difference(
    buildId: number,
    { cloud: wanted, against }: { cloud?: string; against?: number },
  ): Promise<PackageDifference> {
    const build = await this.views.row(buildId);
    if (wanted !== undefined && !build.clouds.includes(wanted)) {
      throw new DomainError('invalid', 'INVALID_INPUT', `Build ${buildId} does not go to cloud ${wanted}`, [
        { field: 'cloud', message: `must be among ${build.clouds.join(', ')}` },
      ]);
    }
    const own = (await this.of(buildId)).find(({ cloud }) => wanted === undefined || cloud === wanted);
    if (!own) {
      throw new DomainError(
        'conflict',
        'NO_PACKAGES',
        `No agent has reported the packages of build ${buildId}${wanted === undefined ? '' : ` from cloud ${wanted}`} yet`,
      );
    }
    const { cloud, packages } = own;
    const other = against ?? (await this.currentBefore(build, cloud));
    const before = other === undefined ? undefined : await this.listOf(other, cloud);
    if (other === undefined || !before) {
      if (against !== undefined) {
        throw new DomainError(
          'conflict',
          'NO_PACKAGES',
          `No agent has reported the packages of build ${against}`,
        );
      }
      return { cloud, against: null, added: [], removed: [], changed: [], same: 0 };
    }
    return { cloud, against: other, ...comparePackages(before.packages, packages) };
  }

  /** In the same cloud if it was there; the artifact is the same in all of them. */
  private async listOf(buildId: number, cloud: string): Promise<PackageList | undefined> {
    const lists = await this.of(buildId);
    return lists.find((list) => list.cloud === cloud) ?? lists[0];
  }

  /** The build of the image that this one replaced in the cloud; of one that replaced none, of that it would have. */
  private async currentBefore(build: BuildEntity, cloud: string): Promise<number | undefined> {
    const { id: buildId, distroId, finishedAt } = build;
    const own = await this.switches.findOne({
      where: { cloud, distroId, buildId, kind: 'promotion', state: 'done' },
      order: { id: 'ASC' },
    });
    const before = await this.switches.findOne({
      where: {
        cloud,
        distroId,
        state: 'done',
        ...(own ? { id: LessThan(own.id) } : { createdAt: LessThanOrEqual(finishedAt ?? new Date()) }),
      },
      order: { id: 'DESC' },
    });
    if (!before) return undefined;
    const image = await this.images.findOneBy({ cloud, id: before.targetId });
    return image?.buildId ?? undefined;
  }
}
