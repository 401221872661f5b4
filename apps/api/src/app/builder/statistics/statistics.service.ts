import { setImmediate as nextTurn } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { In, Repository } from 'typeorm';
import type { StatisticsBucket, StatisticsSeries, StatisticsView } from '@image-manager/contracts';
import { BuildFiguresEntity } from '../../storage/index.js';
import { bucketStart } from './bucket-start.js';
import { FiguresOfBuilds } from './figures-of-builds.js';

export interface StatisticsFilter {
  distroId?: readonly string[];
  cloud?: string;
  from: Date;
  to: Date;
}

/** Rows that are read at a time: everything else gets its turn in between. */
const SLICE = 2000;

/** What ended builds come to, over time. */
@Injectable()
export class Statistics {
  constructor(@InjectRepository(BuildFiguresEntity) private readonly rows: Repository<BuildFiguresEntity>) {}

  /** @throws the signal's reason. */
  async of(filter: StatisticsFilter, bucket: StatisticsBucket, signal: AbortSignal): Promise<StatisticsView> {
    const overall = new Series(bucket);
    const definitions = new Map<string, Series>();
    for await (const rows of this.slices(filter)) {
      for (const row of rows) {
        let series = definitions.get(row.distroId);
        if (!series) definitions.set(row.distroId, (series = new Series(bucket)));
        overall.add(row);
        series.add(row);
      }
      await nextTurn();
      signal.throwIfAborted();
    }
    return {
      bucket,
      from: filter.from.toISOString(),
      to: filter.to.toISOString(),
      overall: overall.result(),
      definitions: [...definitions]
        .sort(([a], [b]) => a.localeCompare(b, 'en'))
        .map(([distroId, series]) => ({ distroId, ...series.result() })),
    };
  }

  /** In the order of creation, the rows of a build beside each other. */
  private async *slices({
    distroId,
    cloud,
    from,
    to,
  }: StatisticsFilter): AsyncGenerator<BuildFiguresEntity[]> {
    let last: BuildFiguresEntity | undefined;
    do {
      const query = this.rows
        .createQueryBuilder('row')
        .where('row.createdAt < :to', { to: to.getTime() })
        .orderBy({ 'row.createdAt': 'ASC', 'row.buildId': 'ASC', 'row.cloud': 'ASC' })
        .limit(SLICE);
      if (distroId !== undefined) query.andWhere({ distroId: In(distroId) });
      if (cloud !== undefined) query.andWhere({ cloud });
      if (last) {
        query.andWhere('(row.createdAt, row.buildId, row.cloud) > (:createdAt, :buildId, :lastCloud)', {
          createdAt: last.createdAt.getTime(),
          buildId: last.buildId,
          lastCloud: last.cloud,
        });
      } else query.andWhere('row.createdAt >= :from', { from: from.getTime() });
      const rows = await query.getMany();
      yield rows;
      last = rows.length < SLICE ? undefined : rows.at(-1);
    } while (last);
  }
}

class Series {
  private readonly total = new FiguresOfBuilds();
  private readonly points = new Map<number, FiguresOfBuilds>();

  constructor(private readonly bucket: StatisticsBucket) {}

  /** In the order of creation. */
  add(row: BuildFiguresEntity): void {
    const at = bucketStart(this.bucket, row.createdAt);
    let point = this.points.get(at);
    if (!point) this.points.set(at, (point = new FiguresOfBuilds()));
    this.total.add(row);
    point.add(row);
  }

  result(): StatisticsSeries {
    return {
      total: this.total.result(),
      points: [...this.points].map(([at, figures]) => ({
        at: new Date(at).toISOString(),
        ...figures.result(),
      })),
    };
  }
}
