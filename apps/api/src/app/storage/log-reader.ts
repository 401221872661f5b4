import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { Between, Repository } from 'typeorm';
import type { LogLine, StageName } from '@image-manager/contracts';
import { linesOf, originsPattern, placesOf, unpack, type LogFilter } from './log-chunks.js';
import { LogChunkEntity } from './log-chunk.entity.js';

/** How many entries of the index are read at a time, and how much of what they stand for. */
const INDEX_ENTRIES = 256;
const CHUNKS = 64;
const LINES = 4000;

type IndexEntry = Pick<LogChunkEntity, 'firstLine' | 'lastLine'>;

/** A chunk's text before it is known whether its lines are wanted. */
export interface LogText {
  json: string;
  /** Number of its last line. */
  lastLine: number;
}

/** Stored logs. Where a line stands is looked up in the chunks' index: the 500,000th is as near as the first. */
@Injectable()
export class LogReader {
  constructor(@InjectRepository(LogChunkEntity) private readonly chunks: Repository<LogChunkEntity>) {}

  async lastLine(buildId: number): Promise<number> {
    const last = await this.chunks.findOne({
      where: { buildId },
      select: { buildId: true, firstLine: true, lastLine: true },
      order: { firstLine: 'DESC' },
    });
    return last?.lastLine ?? 0;
  }

  /** Up to `limit` stored lines from number `from` on that fit the filter, in order. */
  async lines(buildId: number, from: number, limit: number, filter: LogFilter = {}): Promise<LogLine[]> {
    const lines: LogLine[] = [];
    for await (const { json } of this.texts(buildId, from, filter, limit)) {
      for (const line of linesOf(json, from, filter)) lines.push(line);
      if (lines.length >= limit) break;
    }
    return lines.slice(0, limit);
  }

  /** The whole log in batches, in constant memory. */
  async *stream(buildId: number, filter: LogFilter = {}): AsyncGenerator<LogLine[]> {
    for await (const { json } of this.texts(buildId, 1, filter)) {
      yield linesOf(json, 1, filter);
    }
  }

  /**
   * The chunks from line `from` on that hold lines of the filter, and others' beside them; the first one may begin
   * earlier.
   *
   * @param wanted how many lines the caller will take at most; no more than needed is read from the database at once.
   */
  async *texts(
    buildId: number,
    from: number,
    filter: LogFilter = {},
    wanted = Infinity,
  ): AsyncGenerator<LogText> {
    let next = from;
    for (;;) {
      const index = await this.index(buildId, next, filter);
      for (let at = 0; at < index.length;) {
        const end = endOfHelping(index, at, Math.min(wanted, LINES));
        for (const chunk of await this.between(buildId, index[at], index[end - 1], filter)) {
          yield { json: await unpack(chunk.data), lastLine: chunk.lastLine };
        }
        at = end;
      }
      const last = index.at(-1);
      if (!last || index.length < INDEX_ENTRIES) return;
      next = last.lastLine + 1;
    }
  }

  /** The number of the first line of each stage and cloud, in order. */
  async firstLines(buildId: number): Promise<{ stage: StageName; cloud: string; line: number }[]> {
    // There are few combinations, however many chunks.
    const groups = await this.chunks
      .createQueryBuilder('chunk')
      .select('chunk.origins', 'origins')
      .addSelect('MIN(chunk.firstLine)', 'firstLine')
      .where({ buildId })
      .groupBy('chunk.origins')
      .orderBy('MIN(chunk.firstLine)', 'ASC')
      .getRawMany<{ origins: string; firstLine: number }>();
    const chunkOf = new Map<string, { stage: StageName; cloud: string; firstLine: number }>();
    for (const { origins, firstLine } of groups) {
      for (const place of placesOf(origins)) {
        const key = `${place.stage}/${place.cloud}`;
        if (!chunkOf.has(key)) chunkOf.set(key, { ...place, firstLine });
      }
    }
    const first = await Promise.all(
      [...chunkOf.values()].map(async ({ stage, cloud, firstLine }) => {
        const [line] = await this.lines(buildId, firstLine, 1, { stage, cloud });
        return { stage, cloud, line: line?.n ?? firstLine };
      }),
    );
    return first.sort((a, b) => a.line - b.line);
  }

  /** Where the chunks from a line on begin and end, without their lines. */
  private index(buildId: number, line: number, filter: LogFilter): Promise<IndexEntry[]> {
    const query = this.chunks
      .createQueryBuilder('chunk')
      .select('chunk.firstLine', 'firstLine')
      .addSelect('chunk.lastLine', 'lastLine')
      .where({ buildId })
      // The primary key finds the one chunk that may begin before the line and hold it.
      .andWhere(
        'chunk.firstLine >= COALESCE((SELECT MAX(b."firstLine") FROM log_chunks b WHERE b."buildId" = :buildId AND b."firstLine" <= :line), 0)',
        { buildId, line },
      )
      .andWhere('chunk.lastLine >= :line')
      .orderBy('chunk.firstLine', 'ASC')
      .limit(INDEX_ENTRIES);
    const pattern = originsPattern(filter);
    if (pattern !== undefined) query.andWhere('chunk.origins LIKE :pattern', { pattern });
    return query.getRawMany<IndexEntry>();
  }

  private async between(
    buildId: number,
    first: IndexEntry | undefined,
    last: IndexEntry | undefined,
    filter: LogFilter,
  ): Promise<LogChunkEntity[]> {
    if (!first || !last) return [];
    const query = this.chunks
      .createQueryBuilder('chunk')
      .where({ buildId, firstLine: Between(first.firstLine, last.firstLine) })
      .orderBy('chunk.firstLine', 'ASC');
    const pattern = originsPattern(filter);
    if (pattern !== undefined) query.andWhere('chunk.origins LIKE :pattern', { pattern });
    return query.getMany();
  }
}

/** The first entry after as many as are read at once. */
function endOfHelping(index: readonly IndexEntry[], from: number, lines: number): number {
  let count = 0;
  let end = from;
  while (end < index.length && end - from < CHUNKS && count < lines) {
    const entry = index[end];
    count += entry ? entry.lastLine - entry.firstLine + 1 : 0;
    end += 1;
  }
  return end;
}
