import { Body, Controller, Get, HttpCode, Param, ParseIntPipe, Post, Put, Query } from '@nestjs/common';
import {
  ApiAcceptedResponse,
  ApiCreatedResponse,
  ApiOkResponse,
  ApiOperation,
  ApiTags,
} from '@nestjs/swagger';
import type { BuildSummary, BuildView, Page } from '@image-manager/contracts';
import { ApiProblems } from '../errors/index.js';
import { BuildDto, BuildPageDto } from './build-view.dto.js';
import { BuildViews } from './build-views.service.js';
import { CreateBuildDto, EmptyDto, KeepServerDto, ListBuildsDto } from './builds.dto.js';
import { BuildsService } from './builds.service.js';
import { KeptServers } from './kept-servers.service.js';

@ApiTags('builds')
@Controller('builds')
export class BuildsController {
  constructor(
    private readonly builds: BuildsService,
    private readonly views: BuildViews,
    private readonly keptServers: KeptServers,
  ) {}

  @Post()
  @ApiOperation({ summary: 'Queue a build of a definition' })
  @ApiCreatedResponse({ type: BuildDto })
  @ApiProblems(400, 404, 409)
  create(@Body() dto: CreateBuildDto): Promise<BuildView> {
    return this.builds.create(dto);
  }

  @Get()
  @ApiOperation({ summary: 'The history of builds, newest first' })
  @ApiOkResponse({ type: BuildPageDto })
  @ApiProblems(400)
  list(@Query() { page, pageSize, ...filter }: ListBuildsDto): Promise<Page<BuildSummary>> {
    return this.views.page(filter, page, pageSize);
  }

  @Get(':id')
  @ApiOperation({ summary: 'A build with its stages, checks, timings, checksums and images' })
  @ApiOkResponse({ type: BuildDto })
  @ApiProblems(400, 404)
  get(@Param('id', ParseIntPipe) id: number): Promise<BuildView> {
    return this.views.get(id);
  }

  @Post(':id/cancel')
  @HttpCode(202)
  @ApiOperation({ summary: 'Cancel a build; it ends once everything it made is removed' })
  @ApiAcceptedResponse({ type: BuildDto })
  @ApiProblems(404, 409)
  cancel(@Param('id', ParseIntPipe) id: number, @Body() _body: EmptyDto): Promise<BuildView> {
    return this.builds.cancel(id);
  }

  @Put(':id/keep-server')
  @ApiOperation({ summary: 'Decide how long the test servers of a running build stay if it fails' })
  @ApiOkResponse({ type: BuildDto })
  @ApiProblems(400, 404, 409)
  keepServer(
    @Param('id', ParseIntPipe) id: number,
    @Body() { keepFailedServerMinutes }: KeepServerDto,
  ): Promise<BuildView> {
    return this.keptServers.decide(id, keepFailedServerMinutes);
  }

  @Post(':id/release-server')
  @HttpCode(200)
  @ApiOperation({ summary: 'Remove the test servers that a failed build keeps for a look inside' })
  @ApiOkResponse({ type: BuildDto })
  @ApiProblems(404, 409)
  releaseServer(@Param('id', ParseIntPipe) id: number, @Body() _body: EmptyDto): Promise<BuildView> {
    return this.keptServers.release(id);
  }

  @Post(':id/retry')
  @ApiOperation({ summary: 'Queue a build that goes on with what this one did not bring to its end' })
  @ApiCreatedResponse({ type: BuildDto })
  @ApiProblems(404, 409)
  retry(@Param('id', ParseIntPipe) id: number, @Body() _body: EmptyDto): Promise<BuildView> {
    return this.builds.retry(id);
  }
}
