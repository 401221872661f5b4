import { Controller, Get, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { StatisticsView } from '@image-manager/contracts';
import { ApiProblems, WhileClientWaits } from '../../errors/index.js';
import { StatisticsDto, StatisticsQueryDto } from './statistics.dto.js';
import { Statistics } from './statistics.service.js';

const DEFAULT_PERIOD_MS = 90 * 24 * 60 * 60 * 1000;

@ApiTags('statistics')
@Controller('statistics')
export class StatisticsController {
  constructor(private readonly statistics: Statistics) {}

  @Get()
  @ApiOperation({ summary: 'How builds went, how long their stages took and how big images are, over time' })
  @ApiOkResponse({ type: StatisticsDto })
  @ApiProblems(400)
  get(
    @Query() { from, to, bucket, ...filter }: StatisticsQueryDto,
    @WhileClientWaits() signal: AbortSignal,
  ): Promise<StatisticsView> {
    const end = to === undefined ? new Date() : new Date(to);
    const begin = from === undefined ? new Date(end.getTime() - DEFAULT_PERIOD_MS) : new Date(from);
    return this.statistics.of({ ...filter, from: begin, to: end }, bucket, signal);
  }
}
