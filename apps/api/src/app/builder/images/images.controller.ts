import { Body, Controller, Delete, Get, HttpCode, Param, Post } from '@nestjs/common';
import { ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type {
  ImageDeletion,
  ImageUsage,
  ImageView,
  LeakView,
  ReapResult,
  RetentionItem,
} from '@image-manager/contracts';
import { ApiProblems } from '../../errors/index.js';
import { ImageDto } from '../../openstack/index.js';
import { EmptyDto } from '../builds.dto.js';
import { Adoption } from './adoption.service.js';
import { Deletion } from './deletion.service.js';
import {
  AdoptImageDto,
  ApplyRetentionDto,
  ImageDeletionDto,
  ImageUsageDto,
  LeakDto,
  ReapLeaksDto,
  ReapResultDto,
  RetentionItemDto,
  RetireImageDto,
} from './images.dto.js';
import { Leaks } from './leaks.service.js';
import { Retention } from './retention.service.js';
import { Retirement } from './retirement.service.js';
import { Rollback } from './rollback.service.js';

@ApiTags('clouds')
@Controller('clouds/:cloud')
export class ImagesController {
  constructor(
    private readonly rollback: Rollback,
    private readonly adoption: Adoption,
    private readonly deletion: Deletion,
    private readonly retirement: Retirement,
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
  @ApiOperation({
    summary:
      'Look after a foreign image from now on, as one of a definition’s: what users boot where they see no other, else a retired one',
  })
  @ApiOkResponse({ type: ImageDto })
  @ApiProblems(400, 404, 409, 502)
  adopt(
    @Param('cloud') cloud: string,
    @Param('id') id: string,
    @Body() { distroId }: AdoptImageDto,
  ): Promise<ImageView> {
    return this.adoption.adopt(cloud, id, distroId);
  }

  @Get('images/:id/usage')
  @ApiOperation({ summary: 'How many servers and volumes stand on an image, foreign ones too' })
  @ApiOkResponse({ type: ImageUsageDto })
  @ApiProblems(404, 502)
  usage(@Param('cloud') cloud: string, @Param('id') id: string): Promise<ImageUsage> {
    return this.deletion.usage(cloud, id);
  }

  @Get('images/:id/deletion')
  @ApiOperation({ summary: 'Whether an image may be deleted, and what that would break; changes nothing' })
  @ApiOkResponse({ type: ImageDeletionDto })
  @ApiProblems(404, 502)
  lookAtDeletion(@Param('cloud') cloud: string, @Param('id') id: string): Promise<ImageDeletion> {
    return this.deletion.look(cloud, id);
  }

  @Delete('images/:id')
  @HttpCode(204)
  @ApiOperation({ summary: 'Delete an image of ours that users do not see and that nothing stands on' })
  @ApiNoContentResponse()
  @ApiProblems(404, 409, 502)
  delete(@Param('cloud') cloud: string, @Param('id') id: string, @Body() _body: EmptyDto): Promise<void> {
    return this.deletion.delete(cloud, id);
  }

  @Post('images/:id/retire')
  @HttpCode(200)
  @ApiOperation({
    summary:
      'Hide an image of ours that users see; the last one of its name only when its definition is gone, and when that is meant',
  })
  @ApiOkResponse({ type: ImageDto })
  @ApiProblems(400, 404, 409, 502)
  retire(
    @Param('cloud') cloud: string,
    @Param('id') id: string,
    @Body() { lastImage }: RetireImageDto,
  ): Promise<ImageView> {
    return this.retirement.retire(cloud, id, { lastImage: lastImage ?? false });
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
