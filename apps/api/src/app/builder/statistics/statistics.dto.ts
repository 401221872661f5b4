import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { ArrayMaxSize, IsIn, IsISO8601, IsOptional, IsString } from 'class-validator';
import {
  STAGE_NAMES,
  STATISTICS_BUCKETS,
  type DefinitionStatistics,
  type EndedBuilds,
  type Spread,
  type StageName,
  type StageSpread,
  type StatisticsBucket,
  type StatisticsFigures,
  type StatisticsPoint,
  type StatisticsSeries,
  type StatisticsView,
} from '@image-manager/contracts';
import { toList } from '../builds.dto.js';

export class StatisticsQueryDto {
  @ApiPropertyOptional({ type: [String], example: ['debian-12'], description: 'One or several' })
  @Transform(toList)
  @IsOptional()
  @ArrayMaxSize(100)
  @IsString({ each: true })
  distroId?: string[];

  @ApiPropertyOptional({ example: 'local', description: 'Only what happened in this cloud' })
  @IsOptional()
  @IsString()
  cloud?: string;

  @ApiPropertyOptional({
    example: '2026-09-01',
    description: 'Created then or later; ISO 8601, UTC if it says no zone. 90 days before `to`, if absent',
  })
  @IsOptional()
  @IsISO8601({ strict: true })
  from?: string;

  @ApiPropertyOptional({ example: '2026-12-01', description: 'Created before; now, if absent' })
  @IsOptional()
  @IsISO8601({ strict: true })
  to?: string;

  @ApiPropertyOptional({
    enum: STATISTICS_BUCKETS,
    default: 'week',
    description: 'What a point stands for; UTC, weeks from Monday',
  })
  @IsOptional()
  @IsIn(STATISTICS_BUCKETS)
  bucket: StatisticsBucket = 'week';
}

export class EndedBuildsDto implements EndedBuilds {
  @ApiProperty({ example: 9 }) succeeded!: number;
  @ApiProperty({ example: 1, description: 'Promoted in some clouds, not in all' }) partial!: number;
  @ApiProperty({ example: 2 }) failed!: number;
  @ApiProperty({ example: 0 }) cancelled!: number;
}

export class SpreadDto implements Spread {
  @ApiProperty() median!: number;
  @ApiProperty({ description: 'Nine of ten are no higher' }) p90!: number;
  @ApiProperty({ description: 'How many there were' }) count!: number;
}

export class StageSpreadDto extends SpreadDto implements StageSpread {
  @ApiProperty({ enum: STAGE_NAMES }) stage!: StageName;
}

export class StatisticsFiguresDto implements StatisticsFigures {
  @ApiProperty({ type: EndedBuildsDto }) builds!: EndedBuildsDto;
  @ApiPropertyOptional({
    minimum: 0,
    maximum: 1,
    description: 'Succeeded ones among those that were not cancelled; absent where there are none',
  })
  successRate?: number;
  @ApiProperty({
    type: [StageSpreadDto],
    description:
      'Milliseconds of stages that succeeded, in the order of the life cycle; once for each cloud. Artifacts that were taken over count as no build stage',
  })
  stages!: StageSpreadDto[];
  @ApiPropertyOptional({
    type: SpreadDto,
    description: 'Milliseconds from the kernel’s start to the end of systemd’s start, by server',
  })
  bootMs?: SpreadDto;
  @ApiPropertyOptional({ type: SpreadDto, description: 'Bytes' }) artifactBytes?: SpreadDto;
}

export class StatisticsPointDto extends StatisticsFiguresDto implements StatisticsPoint {
  @ApiProperty({ format: 'date-time', description: 'The first moment of the day, week or month' })
  at!: string;
}

export class StatisticsSeriesDto implements StatisticsSeries {
  @ApiProperty({ type: StatisticsFiguresDto, description: 'Of the whole period' })
  total!: StatisticsFiguresDto;
  @ApiProperty({
    type: [StatisticsPointDto],
    description: 'Oldest first; times without a build that ended have no point',
  })
  points!: StatisticsPointDto[];
}

export class DefinitionStatisticsDto extends StatisticsSeriesDto implements DefinitionStatistics {
  @ApiProperty({ example: 'debian-12' }) distroId!: string;
}

export class StatisticsDto implements StatisticsView {
  @ApiProperty({ enum: STATISTICS_BUCKETS }) bucket!: StatisticsBucket;
  @ApiProperty({ format: 'date-time', description: 'Inclusive' }) from!: string;
  @ApiProperty({ format: 'date-time', description: 'Exclusive' }) to!: string;
  @ApiProperty({ type: StatisticsSeriesDto, description: 'Of all definitions together' })
  overall!: StatisticsSeriesDto;
  @ApiProperty({
    type: [DefinitionStatisticsDto],
    description: 'By definition; those that have builds in the period alone',
  })
  definitions!: DefinitionStatisticsDto[];
}
