import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayMinSize,
  ArrayUnique,
  IsArray,
  IsIn,
  IsInt,
  IsOptional,
  IsString,
  Matches,
  Max,
  Min,
} from 'class-validator';
import {
  BUILD_STATUSES,
  STAGE_NAMES,
  type BuildStatus,
  type CreateBuild,
  type StageName,
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

/** POST bodies that say nothing; a field in them is an error. */
export class EmptyDto {}

export class ListBuildsDto {
  @ApiPropertyOptional({ example: 'debian-12' })
  @IsOptional()
  @IsString()
  distroId?: string;

  @ApiPropertyOptional({ enum: BUILD_STATUSES })
  @IsOptional()
  @IsIn(BUILD_STATUSES)
  status?: BuildStatus;

  @ApiPropertyOptional({ example: 'local' })
  @IsOptional()
  @IsString()
  cloud?: string;

  @ApiPropertyOptional({ default: 1, minimum: 1 })
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(1_000_000)
  page = 1;

  @ApiPropertyOptional({ default: 25, minimum: 1, maximum: 200 })
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(200)
  pageSize = 25;
}

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
  @ApiPropertyOptional({ default: 1, minimum: 1, description: 'First line number wanted' })
  @Type(() => Number)
  @IsInt()
  @Min(1)
  from = 1;

  @ApiPropertyOptional({ default: 1000, minimum: 1, maximum: 5000 })
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(5000)
  limit = 1000;
}
