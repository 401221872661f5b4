import { Body, Controller, Get, HttpCode, Param, Post } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { ImageView, LeakView, ReapResult, RetentionItem } from '@image-manager/contracts';
import { ApiProblems } from '../../errors/index.js';
import { ImageDto } from '../../openstack/index.js';
import { EmptyDto } from '../builds.dto.js';
import { Adoption } from './adoption.service.js';
import {
  AdoptImageDto,
  ApplyRetentionDto,
  LeakDto,
  ReapLeaksDto,
  ReapResultDto,
  RetentionItemDto,
} from './images.dto.js';
import { Leaks } from './leaks.service.js';
import { Retention } from './retention.service.js';
import { Rollback } from './rollback.service.js';

@ApiTags('clouds')
@Controller('clouds/:cloud')
export class ImagesController {
  constructor(
    private readonly rollback: Rollback,
    private readonly adoption: Adoption,
    private readonly retention: Retention,
    private readonly leaks: Leaks,
  ) {}

  @Post('images/:id/rollback')
  @HttpCode(200)
  @ApiOperation({ summary: 'Make a retired image current again; the one that was current is rejected' })
  @ApiOkResponse({ type: ImageDto })
  @ApiProblems(404, 409, 502)
  rollBack(
    @Param('cloud') cloud: string,
    @Param('id') id: string,
    @Body() _body: EmptyDto,
  ): Promise<ImageView> {
    return this.rollback.to(cloud, id);
  }

  @Post('images/:id/adopt')
  @HttpCode(200)
  @ApiOperation({ summary: 'Look after a foreign image from now on, as one of a definition’s' })
  @ApiOkResponse({ type: ImageDto })
  @ApiProblems(400, 404, 409, 502)
  adopt(
    @Param('cloud') cloud: string,
    @Param('id') id: string,
    @Body() { distroId }: AdoptImageDto,
  ): Promise<ImageView> {
    return this.adoption.adopt(cloud, id, distroId);
  }

  @Get('retention')
  @ApiOperation({ summary: 'What retention would delete, what it keeps, and why; changes nothing' })
  @ApiOkResponse({ type: [RetentionItemDto] })
  @ApiProblems(404, 502)
  plan(@Param('cloud') cloud: string): Promise<RetentionItem[]> {
    return this.retention.plan(cloud);
  }

  @Post('retention')
  @HttpCode(200)
  @ApiOperation({ summary: 'Delete what retention says now, instead of after the next build' })
  @ApiOkResponse({ type: [RetentionItemDto] })
  @ApiProblems(404, 502)
  apply(@Param('cloud') cloud: string, @Body() { imageIds }: ApplyRetentionDto): Promise<RetentionItem[]> {
    return this.retention.apply(cloud, imageIds ? { imageIds } : {});
  }

  @Get('leaks')
  @ApiOperation({ summary: 'Servers and images that bear our mark and that no build accounts for' })
  @ApiOkResponse({ type: [LeakDto] })
  @ApiProblems(404, 502)
  listLeaks(@Param('cloud') cloud: string): Promise<LeakView[]> {
    return this.leaks.list(cloud);
  }

  @Post('leaks/reap')
  @HttpCode(200)
  @ApiOperation({ summary: 'Remove leaks at once' })
  @ApiOkResponse({ type: [ReapResultDto] })
  @ApiProblems(400, 404, 502)
  reap(@Param('cloud') cloud: string, @Body() { ids }: ReapLeaksDto): Promise<ReapResult[]> {
    return this.leaks.reap(cloud, ids);
  }
}
