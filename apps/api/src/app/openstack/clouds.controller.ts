import { Controller, Get, Param } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { isCloudError, type Cloud } from '@image-manager/cloud';
import type { CloudView, ImageView } from '@image-manager/contracts';
import { Installation } from '../storage/index.js';
import { CloudDto, ImageDto } from './clouds.dto.js';
import { Clouds } from './clouds.js';
import { ImageViews } from './image-views.service.js';

@ApiTags('clouds')
@Controller('clouds')
export class CloudsController {
  constructor(
    private readonly clouds: Clouds,
    private readonly images: ImageViews,
    private readonly installation: Installation,
  ) {}

  @Get()
  @ApiOperation({ summary: 'The configured clouds, whether they can be reached, and our servers in them' })
  @ApiOkResponse({ type: [CloudDto] })
  list(): Promise<CloudView[]> {
    return Promise.all(this.clouds.all().map((cloud) => this.describe(cloud)));
  }

  @Get(':name/images')
  @ApiOperation({ summary: 'The images of a cloud, hidden and foreign ones too, newest first' })
  @ApiOkResponse({ type: [ImageDto] })
  listImages(@Param('name') name: string): Promise<ImageView[]> {
    return this.images.ofCloud(name);
  }

  private async describe(cloud: Cloud): Promise<CloudView> {
    const { name, kind } = cloud;
    try {
      const [status, flavor, quota, servers] = await Promise.all([
        cloud.status(),
        cloud.flavor(),
        cloud.quota(),
        cloud.servers.list({ installationId: this.installation.id }),
      ]);
      return {
        name,
        kind,
        ...status,
        flavor,
        quota,
        servers: servers.map(({ id, name, status, ownership, createdAt }) => ({
          id,
          name,
          status,
          ...(ownership ? { buildId: ownership.buildId } : {}),
          createdAt: createdAt.toISOString(),
        })),
      };
    } catch (error) {
      if (!isCloudError(error)) throw error;
      const problem = { code: error.code, message: error.message, advice: error.advice ?? '' };
      return { name, kind, reachable: false, problem, details: {}, quota: [], servers: [] };
    }
  }
}
