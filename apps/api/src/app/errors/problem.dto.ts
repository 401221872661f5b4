import { applyDecorators } from '@nestjs/common';
import {
  ApiExtraModels,
  ApiProperty,
  ApiPropertyOptional,
  ApiResponse,
  getSchemaPath,
} from '@nestjs/swagger';
import type { Problem } from '@image-manager/contracts';

class FieldErrorDto {
  @ApiProperty({ example: 'distroId' }) field!: string;
  @ApiProperty({ example: 'distroId must be a string' }) message!: string;
}

/** RFC 9457 */
export class ProblemDto implements Problem {
  @ApiProperty({ example: 'urn:image-manager:problem:unknown-distro' }) type!: string;
  @ApiProperty({ example: 'Not Found' }) title!: string;
  @ApiProperty({ example: 404 }) status!: number;
  @ApiProperty({ example: 'There is no definition "debian-99"; there are: debian-12, ubuntu-24.04' })
  detail!: string;
  @ApiProperty({ example: '/api/builds' }) instance!: string;
  @ApiProperty({ example: 'UNKNOWN_DISTRO' }) code!: string;
  @ApiProperty({ example: '0199f7c8-3c52-7d63-b1c5-8b7e1c0f3a11' }) requestId!: string;
  @ApiPropertyOptional({ type: [FieldErrorDto] }) errors?: FieldErrorDto[];
}

const DESCRIPTIONS = {
  400: 'A field is wrong or unknown; `errors` names it',
  404: 'It does not exist',
  409: 'Its state does not allow this',
  502: 'The cloud refused it or could not be reached; `detail` says how',
};

/** Documents the problems that a call can answer with. */
export function ApiProblems(...statuses: (keyof typeof DESCRIPTIONS)[]) {
  return applyDecorators(
    ApiExtraModels(ProblemDto),
    ...statuses.map((status) =>
      ApiResponse({
        status,
        description: DESCRIPTIONS[status],
        content: { 'application/problem+json': { schema: { $ref: getSchemaPath(ProblemDto) } } },
      }),
    ),
  );
}
