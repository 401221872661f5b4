import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import {
  DEFINITION_PROBLEM_CODES,
  type DefinitionProblem,
  type DefinitionProblemCode,
  type DistroView,
  type EndOfLifeView,
} from '@image-manager/contracts';
import { ImageDto } from '../openstack/index.js';
import { BuildSummaryDto } from './build-view.dto.js';
import { DefinitionDto } from './definition.dto.js';

export class DefinitionProblemDto implements DefinitionProblem {
  @ApiProperty({ example: 'debian-12.yaml' }) file!: string;
  @ApiProperty({ example: 17, description: 'From 1' }) line!: number;
  @ApiProperty({ example: 'retention.keep' }) field!: string;
  @ApiProperty({ enum: DEFINITION_PROBLEM_CODES }) code!: DefinitionProblemCode;
  @ApiPropertyOptional({ example: 'debian, ubuntu' }) expected?: string;
  @ApiPropertyOptional({ example: 'fedora' }) found?: string;
  @ApiProperty({ example: 'must be debian or ubuntu; found “fedora”' }) message!: string;
}

class EndOfLifePhaseDto {
  @ApiProperty({ enum: ['supported', 'security', 'lts', 'extended'] })
  phase!: Exclude<EndOfLifeView['phase'], 'ended'>;
  @ApiProperty({ format: 'date', example: '2028-06-30' }) until!: string;
  @ApiProperty() over!: boolean;
}

export class EndOfLifeDto implements EndOfLifeView {
  @ApiProperty({ enum: ['supported', 'security', 'lts', 'extended', 'ended'] })
  phase!: EndOfLifeView['phase'];
  @ApiPropertyOptional({ format: 'date', description: 'Last day of the phase' }) until?: string;
  @ApiPropertyOptional() daysLeft?: number;
  @ApiProperty({ type: [EndOfLifePhaseDto] }) phases!: EndOfLifePhaseDto[];
}

export class DistroDto implements DistroView {
  @ApiProperty({ example: 'debian-12' }) id!: string;
  @ApiProperty({ example: 'debian-12.yaml' }) file!: string;
  @ApiPropertyOptional({
    type: DefinitionDto,
    description: 'As in the YAML file, with defaults filled in; absent when the file is broken',
  })
  definition?: DefinitionDto;
  @ApiProperty({ type: [DefinitionProblemDto] }) problems!: DefinitionProblemDto[];
  @ApiPropertyOptional({ type: EndOfLifeDto }) endOfLife?: EndOfLifeDto;
  @ApiPropertyOptional({ type: BuildSummaryDto }) lastBuild?: BuildSummaryDto;
  @ApiProperty({ type: [ImageDto], description: 'The current image in each cloud that has one' })
  current!: ImageDto[];
}
