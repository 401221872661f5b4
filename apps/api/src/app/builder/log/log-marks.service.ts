import { Injectable } from '@nestjs/common';
import { withoutControlSequences, type Cause, type LogMarks } from '@image-manager/contracts';
import { findTellingLine } from '@image-manager/disk-image-builder';
import { LogReader, type BuildEntity, type LogFilter } from '../../storage/index.js';
import { literalMatcher } from './line-matcher.js';
import { LogSearch } from './log-search.service.js';

/** The cause's line may be said again and again; it is the first one that explains the others. */
const OCCURRENCES = 50;
/** A cause's lines stand no further apart in the log. */
const CONTEXT_LINES = 20;

/** Where in a log a reader wants to be. */
@Injectable()
export class LogMarksService {
  constructor(
    private readonly reader: LogReader,
    private readonly search: LogSearch,
  ) {}

  async of({ id, cause }: BuildEntity, signal: AbortSignal): Promise<LogMarks> {
    const [stages, total] = await Promise.all([this.reader.firstLines(id), this.reader.lastLine(id)]);
    const firstError = cause ? await this.findCause(id, cause, signal) : undefined;
    return { stages, ...(firstError === undefined ? {} : { firstError }), total };
  }

  /** The line of the cause's own lines that tells the failure; without any, where the stage says that it failed. */
  private async findCause(buildId: number, cause: Cause, signal: AbortSignal): Promise<number | undefined> {
    const lines = cause.lines ?? [];
    const filter = { stage: cause.stage, ...(cause.cloud === undefined ? {} : { cloud: cause.cloud }) };
    const telling = findTellingLine(cause.code, lines);
    const at = telling >= 0 ? telling : lines.length - 1;
    const line = lines[at];
    if (line !== undefined) {
      const found = await this.find(buildId, filter, line, lines.slice(0, at), signal);
      if (found !== undefined) return found;
    }
    return this.find(buildId, filter, `${cause.stage} failed: ${cause.message}`, [], signal);
  }

  /** The first line that ends so and follows upon these; else the first that ends so. */
  private async find(
    buildId: number,
    filter: LogFilter,
    text: string,
    before: readonly string[],
    signal: AbortSignal,
  ): Promise<number | undefined> {
    const { matches } = await this.search.search(buildId, literalMatcher(text, true), {
      filter,
      limit: OCCURRENCES,
      signal,
    });
    const previous = before.at(-1);
    if (previous === undefined) return matches[0]?.n;
    for (const { n } of matches) {
      const context = await this.reader.lines(buildId, Math.max(1, n - CONTEXT_LINES), CONTEXT_LINES, filter);
      if (context.some((line) => line.n < n && withoutControlSequences(line.text).endsWith(previous)))
        return n;
    }
    return matches[0]?.n;
  }
}
