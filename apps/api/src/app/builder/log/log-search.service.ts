import { Injectable } from '@nestjs/common';
import type { LogMatch, LogSearchResult } from '@image-manager/contracts';
import { linesOf, LogReader, type LogFilter } from '../../storage/index.js';
import type { LineMatcher } from './line-matcher.js';
import { Turns } from './turns.js';

/** As many places as a person would step through; the count goes on. */
const MAX_MATCHES = 10_000;
const LINES_PER_LOOK = 64;

export interface SearchOptions {
  filter?: LogFilter;
  /** First line that is looked at. */
  from?: number;
  /** How many places are wanted; the count goes on behind them. */
  limit?: number;
  signal: AbortSignal;
}

/** Searches whole logs in slices, so that nobody else has to wait, in constant memory. */
@Injectable()
export class LogSearch {
  constructor(private readonly reader: LogReader) {}

  /** @throws the signal's reason. */
  async search(
    buildId: number,
    matcher: LineMatcher,
    { filter = {}, from = 1, limit = MAX_MATCHES, signal }: SearchOptions,
  ): Promise<LogSearchResult> {
    const found: LogMatch[] = [];
    let total = 0;
    let searchedTo = from - 1;
    const turns = new Turns(signal);
    for await (const { json, lastLine } of this.reader.texts(buildId, from, filter)) {
      await turns.give();
      searchedTo = lastLine;
      if (!matcher.mayMatch(json)) continue;
      const lines = linesOf(json, from, filter);
      for (let at = 0; at < lines.length; at += LINES_PER_LOOK) {
        await turns.give();
        for (const { n, text } of lines.slice(at, at + LINES_PER_LOOK)) {
          if (!matcher.matches(text)) continue;
          total += 1;
          if (found.length < limit) found.push({ n, ranges: matcher.ranges(text) });
        }
      }
    }
    return { total, truncated: total > found.length, matches: found, searchedTo };
  }
}
