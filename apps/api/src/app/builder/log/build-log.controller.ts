import { Readable } from 'node:stream';
import { Controller, Get, Header, Param, ParseIntPipe, Query, StreamableFile } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiProduces, ApiTags } from '@nestjs/swagger';
import type { LogLine, LogMarks, LogOutline, LogPage, LogSearchResult } from '@image-manager/contracts';
import { ApiProblems, DomainError, WhileClientWaits } from '../../errors/index.js';
import { LogReader, type LogFilter } from '../../storage/index.js';
import { BuildViews } from '../build-views.service.js';
import { InvalidExpression, literalMatcher, regexMatcher, type LineMatcher } from './line-matcher.js';
import { LogMarksService } from './log-marks.service.js';
import { LogOutlineService } from './log-outline.service.js';
import { LogSearch } from './log-search.service.js';
import {
  LogFilterDto,
  LogMarksDto,
  LogOutlineDto,
  LogPageDto,
  LogRangeDto,
  LogSearchDto,
  LogSearchResultDto,
} from './log.dto.js';

@ApiTags('builds')
@Controller('builds/:id')
export class BuildLogController {
  constructor(
    private readonly log: LogReader,
    private readonly search: LogSearch,
    private readonly marks: LogMarksService,
    private readonly outline: LogOutlineService,
    private readonly views: BuildViews,
  ) {}

  @Get('log')
  @ApiOperation({ summary: 'Lines of a build’s log, from a line number on, of one stage or all' })
  @ApiOkResponse({ type: LogPageDto })
  @ApiProblems(400, 404)
  async page(
    @Param('id', ParseIntPipe) id: number,
    @Query() { from, limit, ...filter }: LogRangeDto,
  ): Promise<LogPage> {
    await this.views.row(id);
    // In this order: lines that come in between are told as not there yet, never as left out.
    const total = await this.log.lastLine(id);
    const lines = await this.log.lines(id, from, limit, filter);
    const last = lines.at(-1);
    return {
      lines,
      total,
      ...(last && lines.length === limit && last.n < total ? { nextFrom: last.n + 1 } : {}),
    };
  }

  @Get('log/search')
  @ApiOperation({ summary: 'The lines of a build’s log that hold a text, by number' })
  @ApiOkResponse({ type: LogSearchResultDto })
  @ApiProblems(400, 404)
  async find(
    @Param('id', ParseIntPipe) id: number,
    @Query() { q, regex, caseSensitive, from, ...filter }: LogSearchDto,
    @WhileClientWaits() signal: AbortSignal,
  ): Promise<LogSearchResult> {
    const matcher = regex ? expressionMatcher(q, caseSensitive) : literalMatcher(q, caseSensitive);
    await this.views.row(id);
    return this.search.search(id, matcher, { from, filter, signal });
  }

  @Get('log/marks')
  @ApiOperation({ summary: 'Where in a build’s log its stages begin, and the line that tells why it failed' })
  @ApiOkResponse({ type: LogMarksDto })
  @ApiProblems(404)
  async markers(
    @Param('id', ParseIntPipe) id: number,
    @WhileClientWaits() signal: AbortSignal,
  ): Promise<LogMarks> {
    return this.marks.of(await this.views.row(id), signal);
  }

  @Get('log/outline')
  @ApiOperation({
    summary:
      'Where in a build’s log the phases and scripts of disk-image-create begin, and how long they took',
  })
  @ApiOkResponse({ type: LogOutlineDto })
  @ApiProblems(404)
  async outlines(
    @Param('id', ParseIntPipe) id: number,
    @WhileClientWaits() signal: AbortSignal,
  ): Promise<LogOutline> {
    await this.views.row(id);
    return this.outline.of(id, signal);
  }

  @Get('log.txt')
  @Header('content-type', 'text/plain; charset=utf-8')
  @ApiOperation({ summary: 'The whole log as a text file' })
  @ApiProduces('text/plain')
  @ApiProblems(404)
  async download(
    @Param('id', ParseIntPipe) id: number,
    @Query() filter: LogFilterDto,
  ): Promise<StreamableFile> {
    const { distroId } = await this.views.row(id);
    return new StreamableFile(Readable.from(this.text(id, filter), { objectMode: false }), {
      type: 'text/plain; charset=utf-8',
      disposition: `attachment; filename="build-${id}-${distroId}.log"`,
    });
  }

  private async *text(id: number, filter: LogFilter): AsyncGenerator<string> {
    for await (const lines of this.log.stream(id, filter)) yield lines.map(textOf).join('');
  }
}

function expressionMatcher(q: string, caseSensitive: boolean): LineMatcher {
  try {
    return regexMatcher(q, caseSensitive);
  } catch (error) {
    if (!(error instanceof InvalidExpression)) throw error;
    throw new DomainError('invalid', 'INVALID_INPUT', 'The regular expression cannot be read', [
      { field: 'q', message: error.message },
    ]);
  }
}

function textOf({ at, stage, cloud, stream, text }: LogLine): string {
  const place = cloud === '' ? stage : `${stage}@${cloud}`;
  return `${new Date(at).toISOString()} ${place} ${stream} | ${text}\n`;
}
