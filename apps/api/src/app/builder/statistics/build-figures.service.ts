import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { In, Repository } from 'typeorm';
import { AgentSessions } from '../../agent/index.js';
import { BuildFiguresEntity, figuresOf, StageEntity, type BuildEntity } from '../../storage/index.js';

/** Keeps of each build that ends what statistics need, before its artifact and its reports go. */
@Injectable()
export class BuildFigures {
  constructor(
    private readonly sessions: AgentSessions,
    @InjectRepository(StageEntity) private readonly stages: Repository<StageEntity>,
    @InjectRepository(BuildFiguresEntity) private readonly rows: Repository<BuildFiguresEntity>,
  ) {}

  /** Again for the same build, it takes the place of what was recorded before. */
  async record(build: BuildEntity): Promise<void> {
    const [stages, sessions] = await Promise.all([
      this.stages.findBy({ buildId: build.id }),
      this.sessions.findReported(build.id),
    ]);
    await this.rows.upsert(figuresOf(build, stages, sessions), ['buildId', 'cloud']);
  }

  /** Sizes of the artifacts of those builds that made or took over one, by build. */
  async artifactBytes(buildIds: readonly number[]): Promise<Map<number, number>> {
    const rows = await this.rows.find({
      select: { buildId: true, cloud: true, artifactBytes: true },
      where: { buildId: In(buildIds) },
    });
    return new Map(
      rows.flatMap(({ buildId, artifactBytes }) =>
        artifactBytes === null ? [] : [[buildId, artifactBytes] as const],
      ),
    );
  }
}
