import { ApiProperty } from '@nestjs/swagger';
import type { DistroDefinition, StageName } from '@image-manager/contracts';

class DibDto {
  @ApiProperty({
    type: 'object',
    additionalProperties: { type: 'string' },
    example: { DIB_GRUB_TIMEOUT: '0' },
  })
  environment!: Record<string, string>;
  @ApiProperty({ type: [String] }) arguments!: string[];
}

class UserDto {
  @ApiProperty({ example: 'debian' }) name!: string;
  @ApiProperty() sudo!: boolean;
  @ApiProperty({ type: [String] }) groups!: string[];
}

class SshDto {
  @ApiProperty() passwordLogin!: boolean;
  @ApiProperty() rootLogin!: boolean;
}

class SupportPhaseDto {
  @ApiProperty({ enum: ['supported', 'security', 'lts', 'extended'] })
  phase!: DistroDefinition['endOfLife'][number]['phase'];
  @ApiProperty({ format: 'date' }) until!: string;
}

class DeadlinesDto implements Record<StageName, number> {
  @ApiProperty({ example: 3600 }) build!: number;
  @ApiProperty({ example: 1800 }) upload!: number;
  @ApiProperty({ example: 600 }) boot!: number;
  @ApiProperty({ example: 900 }) test!: number;
  @ApiProperty({ example: 300 }) promote!: number;
  @ApiProperty({ example: 600 }) cleanup!: number;
}

class RetentionDto {
  @ApiProperty({ example: 2 }) keep!: number;
  @ApiProperty({ example: 90 }) maxAgeDays!: number;
}

/** An image definition with its defaults filled in. */
export class DefinitionDto implements DistroDefinition {
  @ApiProperty({ example: 'debian-12' }) id!: string;
  @ApiProperty({ example: 'Debian 12 (bookworm)' }) displayName!: string;
  @ApiProperty({ description: 'What users boot', example: 'Debian 12' }) imageName!: string;
  @ApiProperty({ enum: ['debian', 'ubuntu'] }) family!: DistroDefinition['family'];
  @ApiProperty({ example: 'bookworm' }) release!: string;
  @ApiProperty({ example: '12' }) version!: string;
  @ApiProperty({ enum: ['amd64'] }) architecture!: DistroDefinition['architecture'];
  @ApiProperty({ type: [String] }) elements!: string[];
  @ApiProperty({ type: [String] }) packages!: string[];
  @ApiProperty({ type: DibDto }) dib!: DibDto;
  @ApiProperty({ enum: ['qcow2', 'raw'] }) diskFormat!: DistroDefinition['diskFormat'];
  @ApiProperty({ type: 'object', additionalProperties: { type: 'string' }, example: { os_distro: 'debian' } })
  properties!: Record<string, string>;
  @ApiProperty({ enum: ['private', 'shared', 'community', 'public'] })
  visibility!: DistroDefinition['visibility'];
  @ApiProperty() protected!: boolean;
  @ApiProperty({ type: [String] }) tags!: string[];
  @ApiProperty({ type: [String], description: 'Projects that a shared image is shared with' })
  members!: string[];
  @ApiProperty({ example: 3 }) minDiskGb!: number;
  @ApiProperty({ example: 512 }) minMemoryMb!: number;
  @ApiProperty({ description: 'Build refuses packages that no key signs' }) signedArchive!: boolean;
  @ApiProperty({ type: [UserDto] }) users!: UserDto[];
  @ApiProperty({ type: SshDto }) ssh!: SshDto;
  @ApiProperty({ type: [String], description: 'Empty: every configured cloud' }) clouds!: string[];
  @ApiProperty({ type: [SupportPhaseDto], description: 'In order of time' }) endOfLife!: SupportPhaseDto[];
  @ApiProperty({ type: [String], description: 'Checks that must pass before promotion' })
  requiredChecks!: string[];
  @ApiProperty({ enum: ['fail', 'warn'] }) managerUnreachable!: DistroDefinition['managerUnreachable'];
  @ApiProperty({ description: '0: not at all' }) keepFailedServerMinutes!: number;
  @ApiProperty({ type: DeadlinesDto, description: 'Seconds per stage' }) deadlines!: DeadlinesDto;
  @ApiProperty({ type: RetentionDto }) retention!: RetentionDto;
}
