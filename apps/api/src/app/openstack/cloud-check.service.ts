import { Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import type { Cloud } from '@image-manager/cloud';
import { Clouds } from './clouds.js';

const EVERY_MS = 60_000;

/** Says in the log when a cloud cannot be used, and when it can again. The product serves either way. */
@Injectable()
export class CloudCheck implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger('OpenStack');
  private readonly stopped = new AbortController();
  /** The last problem of each cloud; undefined: it was reachable. */
  private readonly known = new Map<string, string | undefined>();
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly clouds: Clouds) {}

  onApplicationBootstrap(): void {
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

  private async check(cloud: Cloud): Promise<void> {
    try {
      const { problem } = await cloud.status({ signal: this.stopped.signal });
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
