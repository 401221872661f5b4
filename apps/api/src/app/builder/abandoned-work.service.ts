import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { Repository } from 'typeorm';
import { sweepDib } from '@image-manager/disk-image-builder';
import { AppConfig } from '../config/index.js';
import { BuildEntity } from '../storage/index.js';

/**
 * Ends what builds of another database left below `work`: disk-image-create outlives the manager, and nobody would take
 * its image. Builds that the database knows clean up after themselves.
 */
@Injectable()
export class AbandonedWork implements OnApplicationBootstrap {
  private readonly logger = new Logger(AbandonedWork.name);

  constructor(
    private readonly config: AppConfig,
    @InjectRepository(BuildEntity) private readonly builds: Repository<BuildEntity>,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    const folder = this.config.inStorage('work');
    for (const name of await readdir(folder).catch(() => [] as string[])) {
      const id = Number(/^build-(\d{1,12})$/.exec(name)?.[1]);
      if (!Number.isSafeInteger(id) || (await this.builds.existsBy({ id }))) continue;
      const path = join(folder, name);
      const { processesKilled, problems } = await sweepDib(path, { keep: [] });
      this.logger.warn(
        `${path} is of a build that the database does not know: ${processesKilled} processes ended, ` +
          (problems.length === 0 ? 'all of it removed' : `not removed: ${problems.join('; ')}`),
      );
    }
  }
}
