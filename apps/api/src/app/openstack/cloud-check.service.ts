import { Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { In, Repository } from 'typeorm';
import type { Cloud } from '@image-manager/cloud';
import { ImageEntity, Ledger } from '../storage/index.js';
import { Clouds } from './clouds.js';
import { Reachability } from './reachability.js';

const EVERY_MS = 60_000;

/** Says in the log when a cloud cannot be used, and when it can again. The product serves either way. */
@Injectable()
export class CloudCheck implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger('OpenStack');
  private readonly stopped = new AbortController();
  /** The last problem of each cloud; undefined: it was reachable. */
  private readonly known = new Map<string, string | undefined>();
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly clouds: Clouds,
    private readonly reachability: Reachability,
    private readonly ledger: Ledger,
    @InjectRepository(ImageEntity) private readonly images: Repository<ImageEntity>,
  ) {}

  onApplicationBootstrap(): void {
    void this.warnOfForgotten();
    const remote = this.clouds.all().filter(({ kind }) => kind === 'openstack');
    if (remote.length === 0) return;
    const look = (): void => {
      for (const cloud of remote) void this.check(cloud);
    };
    this.timer = setInterval(look, EVERY_MS);
    look();
  }

  onApplicationShutdown(): void {
    clearInterval(this.timer);
    this.stopped.abort();
  }

  /** Rows are kept by a cloud's name: one that was renamed has to be called as before, or its images are foreign. */
  private async warnOfForgotten(): Promise<void> {
    try {
      const rows = [
        ...(await this.images.findBy({ state: In(['current', 'retired']) })),
        ...(await this.ledger.open()).filter(({ cloud }) => cloud !== ''),
      ];
      for (const name of new Set(rows.map(({ cloud }) => cloud))) {
        if (this.clouds.names.includes(name)) continue;
        this.logger.warn(
          `there are things of ours in cloud ${name}, which is not configured: they are looked after again once a cloud has that name`,
        );
      }
    } catch (error) {
      this.logger.error(error, 'the images’ clouds could not be read');
    }
  }

  private async check(cloud: Cloud): Promise<void> {
    try {
      const { reachable, problem } = await cloud.status({ signal: this.stopped.signal });
      if (reachable) this.reachability.answered(cloud.name);
      else this.reachability.failed(cloud.name);
      const text = problem && `${problem.message}. ${problem.advice}`;
      const isNews = !this.known.has(cloud.name) || this.known.get(cloud.name) !== text;
      this.known.set(cloud.name, text);
      if (!isNews) return;
      if (text === undefined) this.logger.log(`cloud ${cloud.name} is reachable`);
      else this.logger.error(`cloud ${cloud.name} cannot be used: ${text}`);
    } catch (error) {
      if (!this.stopped.signal.aborted) this.logger.error(error, `cloud ${cloud.name} could not be asked`);
    }
  }
}
