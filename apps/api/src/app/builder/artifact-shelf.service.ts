import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Injectable, Logger } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { In, IsNull, Not, Repository } from 'typeorm';
import { AppConfig } from '../config/index.js';
import { BuildEntity } from '../storage/index.js';

/** Keeps the newest artifact of each definition, for retries, and those that open builds refer to. */
@Injectable()
export class ArtifactShelf {
  private readonly logger = new Logger(ArtifactShelf.name);

  constructor(
    private readonly config: AppConfig,
    @InjectRepository(BuildEntity) private readonly builds: Repository<BuildEntity>,
  ) {}

  async tidy(distroId: string): Promise<void> {
    const holders = await this.builds.find({
      where: { distroId, artifact: Not(IsNull()) },
      order: { id: 'DESC' },
    });
    const open = await this.builds.findBy({ distroId, status: In(['queued', 'running']) });
    const wanted = new Set(open.flatMap(({ id, artifactOf }) => [id, artifactOf]));
    const kept = new Set(
      holders.filter(({ id }, index) => index === 0 || wanted.has(id)).map(({ artifact }) => artifact?.path),
    );
    for (const { id, artifact } of holders) {
      if (!artifact || kept.has(artifact.path)) continue;
      await rm(artifact.path, { force: true });
      await this.builds.update({ id }, { artifact: null });
    }
  }

  /**
   * Removes files that their build does not refer to: a crash can leave one between its making and its row. Files of
   * builds that the database does not know stay: it may be a new or a restored one.
   */
  async sweep(): Promise<void> {
    const folder = this.config.inStorage('artifacts');
    const files = await readdir(folder).catch(() => [] as string[]);
    if (files.length === 0) return;
    for (const file of files) {
      const id = Number(/^build-(\d+)\./.exec(file)?.[1]);
      const build = Number.isSafeInteger(id) ? await this.builds.findOneBy({ id }) : null;
      if (!build || build.status === 'running') continue;
      const path = join(folder, file);
      const users = await this.builds.findBy({ distroId: build.distroId, artifact: Not(IsNull()) });
      if (users.some(({ artifact }) => artifact?.path === path)) continue;
      // A folder is none of ours, and nothing that lies here keeps the start from going on.
      await rm(path, { force: true }).catch((error: unknown) => {
        this.logger.warn(error, `${path} belongs to no build and could not be removed`);
      });
    }
  }
}
