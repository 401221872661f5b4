import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Transform, Type } from 'class-transformer';
import { IsBoolean, IsIn, IsInt, IsOptional, IsString, Length, Matches, Max, Min } from 'class-validator';
import {
  LOG_STREAMS,
  STAGE_NAMES,
  type LogLine,
  type LogMark,
  type LogMarks,
  type LogMatch,
  type LogOutline,
  type LogPage,
  type LogPhase,
  type LogScript,
  type LogSearchResult,
  type LogStream,
  type StageName,
} from '@image-manager/contracts';

export class LogFilterDto {
  @ApiPropertyOptional({ enum: STAGE_NAMES })
  @IsOptional()
  @IsIn(STAGE_NAMES)
  stage?: StageName;

  @ApiPropertyOptional({ example: 'local' })
  @IsOptional()
  @IsString()
  cloud?: string;
}

export class LogRangeDto extends LogFilterDto {
  @ApiPropertyOptional({ type: 'integer', default: 1, minimum: 1, description: 'First line number wanted' })
  @Type(() => Number)
  @IsInt()
  @Min(1)
  from = 1;

  @ApiPropertyOptional({ type: 'integer', default: 1000, minimum: 1, maximum: 5000 })
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(5000)
  limit = 1000;
}

/** Words that a query string has for yes and no; anything else is refused. */
const toBoolean = ({ value }: { value: unknown }): unknown =>
  value === 'true' ? true : value === 'false' ? false : value;

export class LogSearchDto extends LogFilterDto {
  @ApiProperty({ minLength: 1, maxLength: 500, example: 'No space left on device' })
  @IsString()
  @Length(1, 500)
  @Matches(/^[^\r\n]*$/, { message: 'q must be of one line' })
  q!: string;

  @ApiPropertyOptional({
    type: Boolean,
    default: false,
    description: 'q is a regular expression in RE2’s syntax: no look-around, no back references',
  })
  @Transform(toBoolean)
  @IsBoolean()
  regex = false;

  @ApiPropertyOptional({ type: Boolean, default: false })
  @Transform(toBoolean)
  @IsBoolean()
  caseSensitive = false;

  @ApiPropertyOptional({
    type: 'integer',
    default: 1,
    minimum: 1,
    description: 'First line that is looked at',
  })
  @Type(() => Number)
  @IsInt()
  @Min(1)
  from = 1;
}

export class LogLineDto implements LogLine {
  @ApiProperty({ description: 'Line number, from 1, without gaps' }) n!: number;
  @ApiProperty({ description: 'Milliseconds since the epoch' }) at!: number;
  @ApiProperty({ enum: STAGE_NAMES }) stage!: StageName;
  @ApiProperty() cloud!: string;
  @ApiProperty({ enum: LOG_STREAMS }) stream!: LogStream;
  @ApiProperty() text!: string;
}

export class LogPageDto implements LogPage {
  @ApiProperty({ type: [LogLineDto] }) lines!: LogLineDto[];
  @ApiProperty({ description: 'Lines in the whole log' }) total!: number;
  @ApiPropertyOptional({ description: 'Line number to ask for next; absent at the end' }) nextFrom?: number;
}

export class LogMatchDto implements LogMatch {
  @ApiProperty({ description: 'Line number' }) n!: number;
  @ApiProperty({
    type: 'array',
    items: { type: 'array', items: { type: 'integer' }, minItems: 2, maxItems: 2 },
    example: [[4, 9]],
    description:
      '[start, end) in UTF-16 units of the line’s text without its control sequences, as a person sees it',
  })
  ranges!: number[][];
}

export class LogSearchResultDto implements LogSearchResult {
  @ApiProperty({ description: 'How many lines match, also those that `matches` leaves out' }) total!: number;
  @ApiProperty({ description: '`matches` holds the first 10,000 only' }) truncated!: boolean;
  @ApiProperty({ type: [LogMatchDto] }) matches!: LogMatchDto[];
  @ApiProperty({
    description: 'Last line that was looked at; the search of a log that grows goes on one further',
  })
  searchedTo!: number;
}

export class LogMarkDto implements LogMark {
  @ApiProperty({ enum: STAGE_NAMES }) stage!: StageName;
  @ApiProperty({ description: 'Empty for what happens on the build host', example: 'local' }) cloud!: string;
  @ApiProperty({ description: 'Number of its first line' }) line!: number;
}

export class LogScriptDto implements LogScript {
  @ApiProperty({ example: '01-package-installs' }) name!: string;
  @ApiProperty({ description: 'Number of its first line' }) line!: number;
  @ApiProperty({ description: 'When that came, in milliseconds since the epoch' }) at!: number;
  @ApiPropertyOptional({
    description: 'As DIB measured it, else by the times of its lines; absent when it runs, or was broken off',
  })
  durationMs?: number;
}

export class LogPhaseDto implements LogPhase {
  @ApiProperty({
    description: 'DIB’s own name; `block-device` and `convert` for what has no hooks',
    example: 'install.d',
  })
  name!: string;
  @ApiProperty({ description: 'Number of its first line' }) line!: number;
  @ApiProperty({ description: 'When that came, in milliseconds since the epoch' }) at!: number;
  @ApiPropertyOptional({ description: 'Absent when it goes on, or was broken off' }) durationMs?: number;
  @ApiProperty({ type: [LogScriptDto] }) scripts!: LogScriptDto[];
}

export class LogOutlineDto implements LogOutline {
  @ApiProperty({ type: [LogPhaseDto], description: 'In order, as the lines up to `total` tell it' })
  phases!: LogPhaseDto[];
  @ApiProperty({ description: 'Lines in the whole log' }) total!: number;
}

export class LogMarksDto implements LogMarks {
  @ApiProperty({ type: [LogMarkDto] }) stages!: LogMarkDto[];
  @ApiPropertyOptional({ description: 'The line that tells why the build failed' }) firstError?: number;
  @ApiProperty({ description: 'Lines in the whole log' }) total!: number;
}
