import { Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { Subject } from 'rxjs';
import { LessThanOrEqual, Like, Repository } from 'typeorm';
import type { LogBatch, LogLine } from '@image-manager/contracts';
import { databaseTroubleOf } from '../errors/index.js';
import { LogChunkEntity } from './log-chunk.entity.js';
import { linesOf, originsOf, originsPattern, pack, unpack, type LogFilter } from './log-chunks.js';
import { LogReader } from './log-reader.js';

/** A batch waits no longer than this for company. */
const BATCH_MS = 200;
const BATCH_LINES = 2000;
/** A line longer than this is cut; nobody reads on, and memory is finite. */
const MAX_LINE = 16 * 1024;

export interface LogEntry extends Pick<LogLine, 'stage' | 'cloud' | 'stream' | 'text'> {
  /** Where its source stands after this line, in bytes; kept with the line, so that a restart reads on from there. */
  mark?: { source: string; offset: number };
}

interface Pending {
  nextLine: number;
  lines: LogLine[];
  marks: Record<string, number>;
  timer: NodeJS.Timeout | undefined;
  /** Ends when everything handed in so far is committed; commits of one build follow one another. */
  committing: Promise<void>;
}

/** Append-only, numbered logs. A line is announced on `committed$` once it is in the database. */
@Injectable()
export class LogStore implements OnApplicationShutdown {
  readonly committed$ = new Subject<LogBatch>();
  private readonly logger = new Logger(LogStore.name);
  private readonly pending = new Map<number, Promise<Pending>>();

  constructor(
    @InjectRepository(LogChunkEntity) private readonly chunks: Repository<LogChunkEntity>,
    private readonly reader: LogReader,
  ) {}

  /** Resolves once the entries are numbered; `flush` waits until they are stored. */
  async append(buildId: number, entries: readonly LogEntry[]): Promise<void> {
    const pending = await this.pendingOf(buildId);
    const at = Date.now();
    for (const { mark, text, ...origin } of entries) {
      pending.lines.push({ n: pending.nextLine++, at, ...origin, text: text.slice(0, MAX_LINE) });
      if (mark) pending.marks[mark.source] = mark.offset;
    }
    if (pending.lines.length >= BATCH_LINES) await this.commit(buildId, pending);
    else pending.timer ??= setTimeout(() => void this.commit(buildId, pending).catch(this.report), BATCH_MS);
  }

  /** Resolves when every line appended before is stored and announced. */
  async flush(buildId: number): Promise<void> {
    const pending = await this.pending.get(buildId);
    if (pending) await this.commit(buildId, pending);
  }

  /** Forgets the build's buffers once nothing more is written to it. */
  async close(buildId: number): Promise<void> {
    await this.flush(buildId);
    this.pending.delete(buildId);
  }

  /** The last `count` lines, for a cause. */
  async tail(buildId: number, count: number, filter: LogFilter = {}): Promise<LogLine[]> {
    await this.flush(buildId);
    let before = await this.reader.lastLine(buildId);
    const pattern = originsPattern(filter);
    const origins = pattern === undefined ? {} : { origins: Like(pattern) };
    let lines: LogLine[] = [];
    while (before > 0 && lines.length < count) {
      const [chunk] = await this.chunks.find({
        where: { buildId, firstLine: LessThanOrEqual(before), ...origins },
        order: { firstLine: 'DESC' },
        take: 1,
      });
      if (!chunk) break;
      lines = [...linesOf(await unpack(chunk.data), 1, filter), ...lines];
      before = chunk.firstLine - 1;
    }
    return lines.slice(-count);
  }

  /** How far `source` has been stored, in bytes; 0 when nothing of it is. */
  async mark(buildId: number, source: string): Promise<number> {
    await this.flush(buildId);
    // Not find(): it would put the column's transformer over the pattern.
    const chunk = await this.chunks
      .createQueryBuilder('chunk')
      .select(['chunk.buildId', 'chunk.firstLine', 'chunk.marks'])
      .where('chunk.buildId = :buildId AND chunk.marks LIKE :pattern', {
        buildId,
        pattern: `%${JSON.stringify(source)}:%`,
      })
      .orderBy('chunk.firstLine', 'DESC')
      .limit(1)
      .getOne();
    return chunk?.marks?.[source] ?? 0;
  }

  async onApplicationShutdown(): Promise<void> {
    await Promise.all([...this.pending.keys()].map((buildId) => this.flush(buildId)));
  }

  private pendingOf(buildId: number): Promise<Pending> {
    let pending = this.pending.get(buildId);
    if (!pending) {
      pending = this.reader.lastLine(buildId).then((last) => ({
        nextLine: last + 1,
        lines: [],
        marks: {},
        timer: undefined,
        committing: Promise.resolve(),
      }));
      this.pending.set(buildId, pending);
    }
    return pending;
  }

  private commit(buildId: number, pending: Pending): Promise<void> {
    clearTimeout(pending.timer);
    pending.timer = undefined;
    // One after the other, each with what is there when its turn comes: a failed write puts its lines back, and none may
    // overtake them.
    const previous = pending.committing.catch(() => undefined);
    pending.committing = previous.then(() => this.write(buildId, pending));
    return pending.committing;
  }

  private async write(buildId: number, pending: Pending): Promise<void> {
    const { lines, marks } = pending;
    const [first, last] = [lines[0], lines.at(-1)];
    if (!first || !last) return;
    pending.lines = [];
    pending.marks = {};
    try {
      await this.chunks.insert({
        buildId,
        firstLine: first.n,
        lastLine: last.n,
        origins: originsOf(lines),
        data: await pack(lines),
        marks: Object.keys(marks).length > 0 ? marks : null,
      });
    } catch (error) {
      pending.lines = [...lines, ...pending.lines];
      pending.marks = { ...marks, ...pending.marks };
      throw error;
    }
    this.committed$.next({ buildId, lines });
  }

  private readonly report = (error: unknown): void => {
    // That is said once, for everything that waits for it.
    if (!databaseTroubleOf(error)) this.logger.error(error, 'log lines could not be stored');
  };
}
