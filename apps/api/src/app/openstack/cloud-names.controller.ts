import { Controller, Get } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { CloudName } from '@image-manager/contracts';
import { CloudNameDto } from './clouds.dto.js';
import { Clouds } from './clouds.js';

/** What is configured, without asking any cloud: so one that does not answer keeps nobody from the others. */
@ApiTags('clouds')
@Controller('cloud-names')
export class CloudNamesController {
  constructor(private readonly clouds: Clouds) {}

  @Get()
  @ApiOperation({ summary: 'The names of the configured clouds, without asking them' })
  @ApiOkResponse({ type: [CloudNameDto] })
  list(): CloudName[] {
    return this.clouds.all().map(({ name, kind }) => ({ name, kind }));
  }
}
