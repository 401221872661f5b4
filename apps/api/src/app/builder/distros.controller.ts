import { Controller, Get, Param } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { DistroView } from '@image-manager/contracts';
import { ApiProblems } from '../errors/index.js';
import { DistroDto } from './distros.dto.js';
import { DistrosService } from './distros.service.js';

@ApiTags('distros')
@Controller('distros')
export class DistrosController {
  constructor(private readonly distros: DistrosService) {}

  @Get()
  @ApiOperation({ summary: 'All image definitions, broken ones with their errors' })
  @ApiOkResponse({ type: [DistroDto] })
  list(): Promise<DistroView[]> {
    return this.distros.list();
  }

  @Get(':id')
  @ApiOperation({ summary: 'One image definition' })
  @ApiOkResponse({ type: DistroDto })
  @ApiProblems(404)
  get(@Param('id') id: string): Promise<DistroView> {
    return this.distros.get(id);
  }
}
