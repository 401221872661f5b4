import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { In, LessThan, Repository, type SelectQueryBuilder } from 'typeorm';
import type { BuildStatus } from '@image-manager/contracts';
import { BuildEntity } from '../storage/index.js';

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

/**
 * Which builds a filter leaves, newest first. Every filter reads columns of the history's indexes alone, so that a hundred
 * thousand builds, each some kilobytes wide, are looked through in milliseconds.
 */
@Injectable()
export class BuildHistory {
  constructor(@InjectRepository(BuildEntity) private readonly builds: Repository<BuildEntity>) {}

  /** @returns the numbers from an offset on, and how many there are in all. */
  async page(filter: BuildFilter, skip: number, take: number): Promise<[ids: number[], total: number]> {
    const query = this.query(filter);
    const ids = await idsOf(query.clone().offset(skip).limit(take));
    const count = await query.orderBy().select('COUNT(*)', 'total').getRawOne<{ total: number | string }>();
    return [ids, Number(count?.total ?? 0)];
  }

  /** All numbers, so many at a time. */
  async *slices(filter: BuildFilter, size: number): AsyncGenerator<number[]> {
    let before: number | undefined;
    for (;;) {
      const query = this.query(filter).limit(size);
      if (before !== undefined) query.andWhere({ id: LessThan(before) });
      const ids = await idsOf(query);
      if (ids.length > 0) yield ids;
      if (ids.length < size) return;
      before = ids.at(-1);
    }
  }

  private query(filter: BuildFilter): SelectQueryBuilder<BuildEntity> {
    const { distroId, status, cloud, from, to, text } = filter;
    const query = this.builds.createQueryBuilder('build').orderBy('build.id', 'DESC');
    if (distroId !== undefined) query.andWhere({ distroId: In(distroId) });
    if (status !== undefined) query.andWhere({ status: In(status) });
    // `clouds` is a JSON array of names.
    if (cloud !== undefined) {
      query.andWhere(`build.clouds LIKE :cloud ESCAPE '!'`, { cloud: likePart(JSON.stringify(cloud)) });
    }
    if (from !== undefined) query.andWhere('build.createdAt >= :from', { from: Date.parse(from) });
    if (to !== undefined) query.andWhere('build.createdAt < :to', { to: Date.parse(to) });
    if (text !== undefined && text !== '') {
      query.andWhere(
        `(build.causeText LIKE :part ESCAPE '!' OR build.distroId LIKE :part ESCAPE '!' OR build.id = :number)`,
        { part: likePart(text.toLowerCase()), number: /^\d{1,9}$/.test(text) ? Number(text) : 0 },
      );
    }
    return query;
  }
}

async function idsOf(query: SelectQueryBuilder<BuildEntity>): Promise<number[]> {
  const rows = await query.select('build.id', 'id').getRawMany<{ id: number }>();
  return rows.map(({ id }) => id);
}

/** A pattern for LIKE that finds the text anywhere. */
function likePart(text: string): string {
  return `%${text.replaceAll(/[!%_]/g, '!$&')}%`;
}
