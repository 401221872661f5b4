import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { ArrayMaxSize, ArrayMinSize, IsArray, IsOptional, IsString, Matches } from 'class-validator';
import {
  LEAK_KINDS,
  RETENTION_CODES,
  type AdoptImage,
  type ApplyRetention,
  type LeakKind,
  type LeakView,
  type ReapLeaks,
  type ReapResult,
  type RetentionCode,
  type RetentionItem,
} from '@image-manager/contracts';
import { ImageDto } from '../../openstack/index.js';

export class AdoptImageDto implements AdoptImage {
  @ApiProperty({ example: 'debian-12', description: 'The definition that looks after it from now on' })
  @IsString()
  @Matches(/^[a-z0-9][a-z0-9.-]{0,63}$/, {
    message: 'distroId must be the id of a definition, such as debian-12',
  })
  distroId!: string;
}

export class ApplyRetentionDto implements ApplyRetention {
  @ApiPropertyOptional({
    type: [String],
    example: ['6a6f…'],
    description: 'Of what the plan says, only these; all of it if absent',
  })
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(1000)
  @IsString({ each: true })
  imageIds?: string[];
}

export class RetentionItemDto implements RetentionItem {
  @ApiProperty({ type: ImageDto }) image!: ImageDto;
  @ApiProperty({ enum: ['keep', 'delete'] }) verdict!: 'keep' | 'delete';
  @ApiProperty({ enum: RETENTION_CODES }) code!: RetentionCode;
  @ApiProperty({ example: 'Among the newest 2 that stay for rollback' }) reason!: string;
  @ApiPropertyOptional({ description: 'Why it is still there although it should have gone' })
  problem?: string;
}

export class LeakDto implements LeakView {
  @ApiProperty({ enum: LEAK_KINDS }) kind!: LeakKind;
  @ApiProperty() id!: string;
  @ApiProperty({ example: 'image-manager-build-12' }) name!: string;
  @ApiProperty({ example: 'ACTIVE' }) status!: string;
  @ApiPropertyOptional() buildId?: number;
  @ApiProperty({ format: 'date-time' }) createdAt!: string;
  @ApiProperty({ description: 'Milliseconds' }) ageMs!: number;
  @ApiProperty({ description: 'The ledger has a row for it' }) known!: boolean;
  @ApiPropertyOptional({ format: 'date-time', description: 'Absent when it is only reported' })
  removeAt?: string;
  @ApiProperty() reason!: string;
}

export class ReapLeaksDto implements ReapLeaks {
  @ApiProperty({ type: [String], example: ['6a6f…'] })
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(200)
  @IsString({ each: true })
  ids!: string[];
}

export class ReapResultDto implements ReapResult {
  @ApiProperty() id!: string;
  @ApiProperty() removed!: boolean;
  @ApiPropertyOptional() problem?: string;
}
