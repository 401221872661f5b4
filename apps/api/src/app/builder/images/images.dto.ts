import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import {
  ArrayMaxSize,
  ArrayMinSize,
  IsArray,
  IsBoolean,
  IsOptional,
  IsString,
  Matches,
} from 'class-validator';
import {
  DELETION_CODES,
  LEAK_KINDS,
  LEAK_REASONS,
  RETENTION_CODES,
  type AdoptImage,
  type ApplyRetention,
  type DeletionCode,
  type DeletionRemark,
  type ImageDeletion,
  type ImageUsage,
  type LeakKind,
  type LeakReason,
  type LeakView,
  type ReapLeaks,
  type ReapResult,
  type RetentionCode,
  type RetentionItem,
  type RetireImage,
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

export class RetireImageDto implements RetireImage {
  @ApiPropertyOptional({
    example: true,
    description:
      'Needed for the last image of its name that users see, whose definition is gone: they are left without one',
  })
  @IsOptional()
  @IsBoolean()
  lastImage?: boolean;
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

export class ImageUsageDto implements ImageUsage {
  @ApiProperty({ example: 3 }) servers!: number;
  @ApiProperty({ example: 0 }) volumes!: number;
  @ApiProperty({ description: 'False: there may be users that these credentials do not see' })
  seesAllProjects!: boolean;
  @ApiPropertyOptional({ description: 'Why not all can be seen' }) unseen?: string;
}

export class DeletionRemarkDto implements DeletionRemark {
  @ApiProperty({ enum: DELETION_CODES }) code!: DeletionCode;
  @ApiProperty({ example: 'Users boot it' }) message!: string;
}

export class ImageDeletionDto implements ImageDeletion {
  @ApiProperty() allowed!: boolean;
  @ApiProperty({ type: [DeletionRemarkDto], description: 'Why it is refused; empty when it is allowed' })
  reasons!: DeletionRemarkDto[];
  @ApiProperty({ type: [DeletionRemarkDto], description: 'What is lost with it' })
  consequences!: DeletionRemarkDto[];
  @ApiProperty({ type: ImageUsageDto }) usage!: ImageUsageDto;
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
  @ApiProperty({ enum: LEAK_REASONS }) code!: LeakReason;
  @ApiProperty({ description: 'The code in words, with particulars' }) reason!: string;
  @ApiPropertyOptional({
    description: 'Why the last try to remove it failed, or why it cannot be read and where to look',
  })
  problem?: string;
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
