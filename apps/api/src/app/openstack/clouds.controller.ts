import { Controller, Get, Param } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { CloudError, isCloudError, type Cloud, type CloudServer } from '@image-manager/cloud';
import type { CloudView, ImageView, ServerView } from '@image-manager/contracts';
import { ApiProblems } from '../errors/index.js';
import { Installation, keptUntil, Ledger } from '../storage/index.js';
import { CloudDto, ImageDto } from './clouds.dto.js';
import { Clouds } from './clouds.js';
import { ImageViews } from './image-views.service.js';
import { Reachability } from './reachability.js';

/** One cloud that hangs must not keep people from seeing the others. */
const PATIENCE_MS = 8000;

@ApiTags('clouds')
@Controller('clouds')
export class CloudsController {
  constructor(
    private readonly clouds: Clouds,
    private readonly reachability: Reachability,
    private readonly images: ImageViews,
    private readonly installation: Installation,
    private readonly ledger: Ledger,
  ) {}

  @Get()
  @ApiOperation({ summary: 'The configured clouds, whether they can be reached, and our servers in them' })
  @ApiOkResponse({ type: [CloudDto] })
  list(): Promise<CloudView[]> {
    return Promise.all(this.clouds.all().map((cloud) => this.describe(cloud)));
  }

  @Get(':name')
  @ApiOperation({ summary: 'One cloud, whether it can be reached, and our servers in it' })
  @ApiOkResponse({ type: CloudDto })
  @ApiProblems(404)
  one(@Param('name') name: string): Promise<CloudView> {
    return this.describe(this.clouds.get(name));
  }

  @Get(':name/images')
  @ApiOperation({ summary: 'The images of a cloud, hidden and foreign ones too, newest first' })
  @ApiOkResponse({ type: [ImageDto] })
  listImages(@Param('name') name: string): Promise<ImageView[]> {
    return this.images.ofCloud(name);
  }

  private async serverView(
    cloud: string,
    { id, name, status, ownership, createdAt }: CloudServer,
  ): Promise<ServerView> {
    const row = await this.ledger.find(cloud, 'server', id);
    const until = row ? keptUntil(row) : undefined;
    return {
      id,
      name,
      status,
      ...(ownership ? { buildId: ownership.buildId } : {}),
      createdAt: createdAt.toISOString(),
      ...(until ? { keptUntil: until.toISOString() } : {}),
    };
  }

  private async describe(cloud: Cloud): Promise<CloudView> {
    const { name, kind } = cloud;
    const patience = new AbortController();
    const { signal } = patience;
    const timer = setTimeout(() => {
      patience.abort(
        new CloudError('TIMEOUT', 'cloud', `Cloud ${name} did not answer within ${PATIENCE_MS / 1000} s`, {
          advice: 'It is asked again each time: see the log for what it does in the end.',
        }),
      );
    }, PATIENCE_MS);
    try {
      const status = await cloud.status({ signal });
      // Everything else would say the same again, later.
      if (!status.reachable)
        return { name, kind, ...status, unreachableSince: this.downSince(name), quota: [], servers: [] };
      this.reachability.answered(name);
      const [flavor, quota, servers] = await Promise.all([
        flavorOf(cloud, signal),
        cloud.quota({ signal }),
        cloud.servers.list({ installationId: this.installation.id }, { signal }),
      ]);
      return {
        name,
        kind,
        ...status,
        ...flavor,
        quota,
        servers: await Promise.all(servers.map((server) => this.serverView(name, server))),
      };
    } catch (error) {
      if (!isCloudError(error)) throw error;
      const problem = { code: error.code, message: error.message, advice: error.advice ?? '' };
      const unreachableSince = this.downSince(name);
      return { name, kind, reachable: false, unreachableSince, problem, details: {}, quota: [], servers: [] };
    } finally {
      clearTimeout(timer);
    }
  }

  private downSince(cloud: string): string {
    return this.reachability.failed(cloud).toISOString();
  }
}

/** A flavor that is missing keeps builds from the cloud, and nobody from seeing what is in it. */
async function flavorOf(cloud: Cloud, signal: AbortSignal): Promise<Pick<CloudView, 'flavor' | 'problem'>> {
  try {
    return { flavor: await cloud.flavor({ signal }) };
  } catch (error) {
    if (!isCloudError(error, 'NOT_FOUND') && !isCloudError(error, 'INVALID')) throw error;
    return { problem: { code: error.code, message: error.message, advice: error.advice ?? '' } };
  }
}
