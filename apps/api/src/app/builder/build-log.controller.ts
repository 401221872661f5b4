import { Readable } from 'node:stream';
import { Controller, Get, Header, Param, ParseIntPipe, Query, StreamableFile } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiProduces, ApiTags } from '@nestjs/swagger';
import type { LogLine, LogPage } from '@image-manager/contracts';
import { ApiProblems } from '../errors/index.js';
import { LogStore, type LogFilter } from '../storage/index.js';
import { LogPageDto } from './build-view.dto.js';
import { BuildViews } from './build-views.service.js';
import { LogFilterDto, LogRangeDto } from './builds.dto.js';

@ApiTags('builds')
@Controller('builds/:id')
export class BuildLogController {
  constructor(
    private readonly log: LogStore,
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
    const [lines, total] = await Promise.all([
      this.log.lines(id, from, limit, filter),
      this.log.lastLine(id),
    ]);
    const last = lines.at(-1);
    return {
      lines,
      total,
      ...(last && lines.length === limit && last.n < total ? { nextFrom: last.n + 1 } : {}),
    };
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

function textOf({ at, stage, cloud, stream, text }: LogLine): string {
  const place = cloud === '' ? stage : `${stage}@${cloud}`;
  return `${new Date(at).toISOString()} ${place} ${stream} | ${text}\n`;
}
