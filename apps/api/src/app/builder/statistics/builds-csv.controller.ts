import { Readable } from 'node:stream';
import { Controller, Get, Header, Query, StreamableFile } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiProduces, ApiTags } from '@nestjs/swagger';
import { ApiProblems } from '../../errors/index.js';
import { BuildViews } from '../build-views.service.js';
import { BuildFilterDto } from '../builds.dto.js';
import { buildsCsv } from './builds-csv.js';

/** Builds that are held in memory at a time. */
const SLICE = 500;

@ApiTags('statistics')
@Controller('builds.csv')
export class BuildsCsvController {
  constructor(private readonly views: BuildViews) {}

  @Get()
  @Header('content-type', 'text/csv; charset=utf-8; header=present')
  @ApiOperation({
    summary:
      'The history of builds as CSV (RFC 4180), newest first; times in ISO 8601, durations in milliseconds',
  })
  @ApiProduces('text/csv')
  @ApiOkResponse({ schema: { type: 'string' } })
  @ApiProblems(400)
  download(@Query() filter: BuildFilterDto): StreamableFile {
    const csv = buildsCsv(this.views.slices(filter, SLICE));
    const today = new Date().toISOString().slice(0, 10);
    return new StreamableFile(Readable.from(csv, { objectMode: false }), {
      type: 'text/csv; charset=utf-8; header=present',
      disposition: `attachment; filename="builds-${today}.csv"`,
    });
  }
}
