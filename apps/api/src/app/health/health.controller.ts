import { Controller, Get } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiProperty, ApiPropertyOptional, ApiTags } from '@nestjs/swagger';
import type { HealthView } from '@image-manager/contracts';
import { DatabaseFile, WritableDatabase } from '../storage/index.js';
import { Lifecycle } from './lifecycle.service.js';

class HealthProblemDto {
  @ApiProperty({ example: 'HOST_NO_SPACE' }) code!: string;
  @ApiProperty({ format: 'date-time' }) since!: string;
}

class HealthDto implements HealthView {
  @ApiProperty({ enum: ['ok', 'stopping'] }) status!: HealthView['status'];
  @ApiPropertyOptional({
    description: 'Why the database cannot be written, or is not where it was, as long as that is so',
  })
  problem?: HealthProblemDto;
  @ApiProperty({ example: '0.1.0' }) version!: string;
  @ApiProperty({ description: 'Milliseconds' }) uptimeMs!: number;
}

@ApiTags('health')
@Controller('health')
export class HealthController {
  constructor(
    private readonly lifecycle: Lifecycle,
    private readonly database: WritableDatabase,
    private readonly file: DatabaseFile,
  ) {}

  @Get()
  @ApiOperation({ summary: 'Whether the API serves; asks for no credentials' })
  @ApiOkResponse({ type: HealthDto })
  get(): HealthView {
    const trouble = this.file.trouble ?? this.database.trouble;
    return {
      status: this.lifecycle.stopping ? 'stopping' : 'ok',
      ...(trouble ? { problem: { code: trouble.code, since: trouble.since.toISOString() } } : {}),
      version: this.lifecycle.version,
      uptimeMs: Math.round(process.uptime() * 1000),
    };
  }
}
