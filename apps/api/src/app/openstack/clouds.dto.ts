import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { QUOTA_RESOURCES } from '@image-manager/cloud';
import {
  ACCELERATOR_FINDINGS,
  IMAGE_STATES,
  type AcceleratorFinding,
  type CloudName,
  type CloudView,
  type ImageState,
  type ImageView,
  type QuotaResource,
} from '@image-manager/contracts';

export class ChecksumDto {
  @ApiProperty({ example: 'sha512' }) algorithm!: string;
  @ApiProperty({ example: '9b71d224bd62f3785d96d46ad3ea3d73…' }) value!: string;
}

export class ImageDto implements ImageView {
  @ApiProperty({ format: 'uuid' }) id!: string;
  @ApiProperty({ example: 'local' }) cloud!: string;
  @ApiProperty({ example: 'Debian 12' }) name!: string;
  @ApiPropertyOptional({ enum: IMAGE_STATES, description: 'Absent for foreign images' }) state?: ImageState;
  @ApiProperty({ description: 'Made by this installation; others are shown and never touched' })
  ours!: boolean;
  @ApiPropertyOptional({ example: 'debian-12' }) distroId?: string;
  @ApiPropertyOptional({ example: 12 }) buildId?: number;
  @ApiProperty({ example: 'active' }) status!: string;
  @ApiProperty() hidden!: boolean;
  @ApiProperty() protected!: boolean;
  @ApiProperty({ example: 'private' }) visibility!: string;
  @ApiProperty({ example: 'qcow2' }) diskFormat!: string;
  @ApiPropertyOptional({ description: 'Bytes', example: 362_807_296 }) sizeBytes?: number;
  @ApiPropertyOptional({ type: ChecksumDto }) checksum?: ChecksumDto;
  @ApiProperty({ example: 3 }) minDiskGb!: number;
  @ApiProperty({ example: 512 }) minMemoryMb!: number;
  @ApiProperty({ example: { os_distro: 'debian' }, type: 'object', additionalProperties: { type: 'string' } })
  properties!: Record<string, string>;
  @ApiProperty({ format: 'date-time' }) createdAt!: string;
}

class CloudProblemDto {
  @ApiProperty({ example: 'UNREACHABLE' }) code!: string;
  @ApiProperty() message!: string;
  @ApiProperty({ description: 'What to do' }) advice!: string;
}

class AcceleratorDto implements AcceleratorFinding {
  @ApiProperty({ enum: ACCELERATOR_FINDINGS, description: 'How servers run on this machine, and why' })
  code!: AcceleratorFinding['code'];
  @ApiPropertyOptional({ example: 'debian 12', description: 'Whom a probe’s answer holds for' })
  guest?: string;
  @ApiPropertyOptional({ description: 'What QEMU or the probe said' }) reason?: string;
}

class FlavorDto {
  @ApiProperty() name!: string;
  @ApiProperty() vcpus!: number;
  @ApiProperty({ description: 'MiB' }) memoryMb!: number;
  @ApiProperty({ description: 'GiB' }) diskGb!: number;
}

class ServerDto {
  @ApiProperty() id!: string;
  @ApiProperty() name!: string;
  @ApiProperty({ example: 'ACTIVE' }) status!: string;
  @ApiPropertyOptional() buildId?: number;
  @ApiProperty({ format: 'date-time' }) createdAt!: string;
  @ApiPropertyOptional({ format: 'date-time', description: 'Stays for a look inside until then' })
  keptUntil?: string;
}

class QuotaDto {
  @ApiProperty({ enum: QUOTA_RESOURCES }) resource!: QuotaResource;
  @ApiProperty({ example: 2 }) used!: number;
  @ApiPropertyOptional({ example: 10, description: 'Absent where the cloud sets none' }) limit?: number;
}

export class CloudNameDto implements CloudName {
  @ApiProperty({ example: 'local' }) name!: string;
  @ApiProperty({ enum: ['local', 'openstack'] }) kind!: 'local' | 'openstack';
}

export class CloudDto implements CloudView {
  @ApiProperty({ example: 'local' }) name!: string;
  @ApiProperty({ enum: ['local', 'openstack'] }) kind!: 'local' | 'openstack';
  @ApiProperty() reachable!: boolean;
  @ApiPropertyOptional({ format: 'date-time', description: 'As far as this process has looked' })
  unreachableSince?: string;
  @ApiPropertyOptional({ type: CloudProblemDto }) problem?: CloudProblemDto;
  @ApiProperty({ type: 'object', additionalProperties: { type: 'string' }, example: { region: 'RegionOne' } })
  details!: Record<string, string>;
  @ApiPropertyOptional({ type: [AcceleratorDto], description: 'Of a local cloud' })
  accelerators?: AcceleratorDto[];
  @ApiPropertyOptional({ type: FlavorDto }) flavor?: FlavorDto;
  @ApiProperty({ type: [QuotaDto] }) quota!: QuotaDto[];
  @ApiProperty({ type: [ServerDto] }) servers!: ServerDto[];
}
