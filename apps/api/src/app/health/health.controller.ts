import { Controller, Get } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import type { HealthView } from '@image-manager/contracts';
import { Lifecycle } from './lifecycle.service.js';

class HealthDto implements HealthView {
  @ApiProperty({ enum: ['ok', 'stopping'] }) status!: HealthView['status'];
  @ApiProperty({ example: '0.1.0' }) version!: string;
  @ApiProperty({ description: 'Milliseconds' }) uptimeMs!: number;
}

@ApiTags('health')
@Controller('health')
export class HealthController {
  constructor(private readonly lifecycle: Lifecycle) {}

  @Get()
  @ApiOperation({ summary: 'Whether the API serves; asks for no credentials' })
  @ApiOkResponse({ type: HealthDto })
  get(): HealthView {
    return {
      status: this.lifecycle.stopping ? 'stopping' : 'ok',
      version: this.lifecycle.version,
      uptimeMs: Math.round(process.uptime() * 1000),
    };
  }
}
