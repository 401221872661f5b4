import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import {
  BUILD_STATUSES,
  CHECK_STATUSES,
  FAULTS,
  STAGE_NAMES,
  STAGE_STATUSES,
  type ArtifactView,
  type BootTiming,
  type BuildStatus,
  type BuildSummary,
  type BuildView,
  type Cause,
  type CheckStatus,
  type CheckView,
  type Fault,
  type KeptServerView,
  type Page,
  type StageName,
  type StageStatus,
  type StageView,
} from '@image-manager/contracts';
import { ImageDto } from '../openstack/index.js';

export class CauseDto implements Cause {
  @ApiProperty({ example: 'CHECK_FAILED' }) code!: string;
  @ApiProperty({ enum: FAULTS, description: 'Whose fault: who can mend it' }) fault!: Fault;
  @ApiProperty({ enum: STAGE_NAMES }) stage!: StageName;
  @ApiPropertyOptional({ example: 'local' }) cloud?: string;
  @ApiProperty({ example: 'A required check failed: disk.root-grown: the root file system has 1.7 of 5 GiB' })
  message!: string;
  @ApiProperty({ description: 'What to do' }) advice!: string;
  @ApiPropertyOptional({ type: [String], description: 'The log lines that matter' }) lines?: string[];
}

export class StageDto implements StageView {
  @ApiProperty({ enum: STAGE_NAMES }) stage!: StageName;
  @ApiProperty({ description: 'Empty for what happens on the build host', example: 'local' }) cloud!: string;
  @ApiProperty({ enum: STAGE_STATUSES }) status!: StageStatus;
  @ApiPropertyOptional({ format: 'date-time' }) startedAt?: string;
  @ApiPropertyOptional({ format: 'date-time' }) finishedAt?: string;
  @ApiPropertyOptional() durationMs?: number;
  @ApiPropertyOptional({ format: 'date-time' }) deadlineAt?: string;
  @ApiPropertyOptional({ minimum: 0, maximum: 1 }) progress?: number;
  @ApiPropertyOptional({ example: 'Installing packages' }) activity?: string;
  @ApiPropertyOptional({ type: CauseDto }) cause?: CauseDto;
}

export class CheckDto implements CheckView {
  @ApiProperty({ example: 'local' }) cloud!: string;
  @ApiProperty({ example: 'disk.root-grown' }) name!: string;
  @ApiProperty({ enum: CHECK_STATUSES }) status!: CheckStatus;
  @ApiProperty() required!: boolean;
  @ApiProperty() reason!: string;
  @ApiPropertyOptional({ example: '4.7' }) figure?: string;
  @ApiPropertyOptional({ example: 'GiB' }) unit?: string;
  @ApiProperty() durationMs!: number;
}

export class ArtifactDto implements ArtifactView {
  @ApiProperty({ example: 'build-12.qcow2' }) fileName!: string;
  @ApiProperty({ description: 'Bytes' }) sizeBytes!: number;
  @ApiProperty({ description: 'Bytes' }) virtualSizeBytes!: number;
  @ApiProperty() sha512!: string;
}

export class BootTimingDto implements BootTiming {
  @ApiProperty() kernelMs!: number;
  @ApiProperty() initrdMs!: number;
  @ApiProperty() userspaceMs!: number;
  @ApiProperty() cloudInitMs!: number;
  @ApiProperty() untilReportMs!: number;
}

export class BuildSummaryDto implements BuildSummary {
  @ApiProperty({ example: 12 }) id!: number;
  @ApiProperty({ example: 'debian-12' }) distroId!: string;
  @ApiProperty({ enum: BUILD_STATUSES }) status!: BuildStatus;
  @ApiProperty({ format: 'date-time' }) createdAt!: string;
  @ApiPropertyOptional({ format: 'date-time' }) startedAt?: string;
  @ApiPropertyOptional({ format: 'date-time' }) finishedAt?: string;
  @ApiPropertyOptional({ enum: STAGE_NAMES }) stage?: StageName;
  @ApiPropertyOptional({ minimum: 0, maximum: 1 }) progress?: number;
  @ApiPropertyOptional({ type: CauseDto }) cause?: CauseDto;
  @ApiProperty({ example: ['local'] }) clouds!: string[];
  @ApiPropertyOptional({
    example: 204_130_816,
    description: 'Of the artifact; known also when the file is long gone',
  })
  artifactBytes?: number;
  @ApiPropertyOptional() retryOf?: number;
  @ApiPropertyOptional() artifactOf?: number;
}

export class KeptServerDto implements KeptServerView {
  @ApiProperty({ example: 'lab' }) cloud!: string;
  @ApiPropertyOptional({
    enum: ['local', 'openstack'],
    description: 'Absent when the cloud is not configured any more',
  })
  kind?: 'local' | 'openstack';
  @ApiProperty() id!: string;
  @ApiProperty({ format: 'date-time' }) keptUntil!: string;
  @ApiProperty({ example: ['203.0.113.7'], description: 'Where it can be reached from outside' })
  addresses!: string[];
}

export class BuildDto extends BuildSummaryDto implements BuildView {
  @ApiProperty() packages!: string[];
  @ApiProperty() dibArguments!: string[];
  @ApiProperty({ description: 'sha256 of the definition' }) definitionDigest!: string;
  @ApiProperty({ type: [StageDto] }) stages!: StageDto[];
  @ApiProperty({ type: [CheckDto] }) checks!: CheckDto[];
  @ApiPropertyOptional({ type: ArtifactDto }) artifact?: ArtifactDto;
  @ApiProperty({ type: [ImageDto] }) images!: ImageDto[];
  @ApiPropertyOptional() packageCount?: number;
  @ApiPropertyOptional({ type: BootTimingDto }) timing?: BootTimingDto;
  @ApiProperty() logLines!: number;
  @ApiProperty() canCancel!: boolean;
  @ApiProperty() canRetry!: boolean;
  @ApiProperty({
    description: 'How long test servers stay for a look inside if the build fails; 0: not at all',
  })
  keepFailedServerMinutes!: number;
  @ApiProperty({ description: 'That can still be changed' }) canKeepServer!: boolean;
  @ApiProperty({ type: [KeptServerDto], description: 'Servers that stay for a look inside' })
  keptServers!: KeptServerDto[];
}

export class BuildPageDto implements Page<BuildSummary> {
  @ApiProperty({ type: [BuildSummaryDto] }) items!: BuildSummaryDto[];
  @ApiProperty() total!: number;
  @ApiProperty() page!: number;
  @ApiProperty() pageSize!: number;
}
