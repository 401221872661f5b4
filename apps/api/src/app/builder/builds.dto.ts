import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Transform, Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayMinSize,
  ArrayUnique,
  IsArray,
  IsIn,
  IsInt,
  IsISO8601,
  IsOptional,
  IsString,
  MaxLength,
  Matches,
  Max,
  Min,
} from 'class-validator';
import {
  BUILD_STATUSES,
  type BuildStatus,
  type CreateBuild,
  type KeepServer,
} from '@image-manager/contracts';

export class CreateBuildDto implements CreateBuild {
  @ApiProperty({ example: 'debian-12' })
  @IsString()
  @Matches(/^[a-z0-9][a-z0-9.-]{0,63}$/, {
    message: 'distroId must be the id of a definition, such as debian-12',
  })
  distroId!: string;

  @ApiPropertyOptional({ example: ['htop'], description: 'Further packages, for this build alone' })
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(200)
  @IsString({ each: true })
  packages?: string[];

  @ApiPropertyOptional({ example: ['--no-tmpfs'], description: 'Further arguments for disk-image-create' })
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(50)
  @IsString({ each: true })
  dibArguments?: string[];

  @ApiPropertyOptional({
    example: 11,
    description: 'Take the artifact of this build instead of building anew',
  })
  @IsOptional()
  @IsInt()
  @Min(1)
  artifactOf?: number;

  @ApiPropertyOptional({ example: ['lab'], description: 'Only these of the definition’s clouds' })
  @IsOptional()
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(50)
  @ArrayUnique()
  @IsString({ each: true })
  clouds?: string[];

  @ApiPropertyOptional({
    example: 60,
    description: 'How long the test server stays for a look inside if the build fails; minutes',
  })
  @IsOptional()
  @IsInt()
  @Min(0)
  @Max(10_080)
  keepFailedServerMinutes?: number;
}

export class KeepServerDto implements KeepServer {
  @ApiProperty({ example: 60, minimum: 0, maximum: 10_080, description: 'Minutes; 0: not at all' })
  @IsInt()
  @Min(0)
  @Max(10_080)
  keepFailedServerMinutes!: number;
}

/** POST bodies that say nothing; a field in them is an error. */
export class EmptyDto {}

/** A parameter that may be repeated. */
export const toList = ({ value }: { value: unknown }): unknown =>
  value === undefined || Array.isArray(value) ? value : [value];

export class BuildFilterDto {
  @ApiPropertyOptional({ type: [String], example: ['debian-12'], description: 'One or several' })
  @Transform(toList)
  @IsOptional()
  @ArrayMaxSize(100)
  @IsString({ each: true })
  distroId?: string[];

  @ApiPropertyOptional({ enum: BUILD_STATUSES, isArray: true, description: 'One or several' })
  @Transform(toList)
  @IsOptional()
  @ArrayMaxSize(BUILD_STATUSES.length)
  @IsIn(BUILD_STATUSES, { each: true })
  status?: BuildStatus[];

  @ApiPropertyOptional({
    example: '2026-11-01',
    description: 'Created then or later; ISO 8601, UTC if it says no zone',
  })
  @IsOptional()
  @IsISO8601({ strict: true })
  from?: string;

  @ApiPropertyOptional({ example: '2026-12-01', description: 'Created before' })
  @IsOptional()
  @IsISO8601({ strict: true })
  to?: string;

  @ApiPropertyOptional({
    example: 'HOST_NO_SPACE',
    description: 'In the cause, the definition’s id, or the build’s number',
  })
  @IsOptional()
  @IsString()
  @MaxLength(200)
  text?: string;

  @ApiPropertyOptional({ example: 'local' })
  @IsOptional()
  @IsString()
  cloud?: string;
}

export class ListBuildsDto extends BuildFilterDto {
  @ApiPropertyOptional({ type: 'integer', default: 1, minimum: 1 })
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(1_000_000)
  page = 1;

  @ApiPropertyOptional({ type: 'integer', default: 25, minimum: 1, maximum: 200 })
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(200)
  pageSize = 25;
}
