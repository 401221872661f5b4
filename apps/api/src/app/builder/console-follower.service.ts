import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable, Logger } from '@nestjs/common';
import { Clouds } from '../openstack/index.js';
import { LogStore } from '../storage/index.js';
import type { StageContext } from './stage-runner.service.js';

const POLL_MS = 1000;

/** Brings a server's serial console into the build's log, each line once, also over restarts. */
@Injectable()
export class ConsoleFollower {
  private readonly logger = new Logger(ConsoleFollower.name);

  constructor(
    private readonly clouds: Clouds,
    private readonly log: LogStore,
  ) {}

  /** @returns what ends it, after the lines that are there have been stored. */
  follow(context: StageContext, serverId: string): () => Promise<void> {
    const stop = new AbortController();
    const source = `console/${context.cloud}/${serverId}`;
    const following = this.run(context, serverId, source, stop.signal);
    return async () => {
      stop.abort();
      await following;
    };
  }

  private async run(
    context: StageContext,
    serverId: string,
    source: string,
    stopped: AbortSignal,
  ): Promise<void> {
    let offset = await this.log.mark(context.build.id, source).catch(() => 0);
    while (!stopped.aborted) {
      offset = await this.copy(context, serverId, source, offset);
      await sleep(POLL_MS, undefined, { signal: stopped }).catch(() => undefined);
    }
    await this.copy(context, serverId, source, offset);
  }

  /** @returns the offset after the last complete line. */
  private async copy(context: StageContext, serverId: string, source: string, from: number): Promise<number> {
    try {
      const { text } = await this.clouds.get(context.cloud).servers.consoleLog(serverId, { from });
      const end = text.lastIndexOf('\n') + 1;
      if (end === 0) return from;
      const complete = text.slice(0, end);
      const offset = from + Buffer.byteLength(complete);
      const lines = complete.slice(0, -1).split(/\r*\n/);
      await context.log(
        lines.map((line, index) => ({
          stream: 'console' as const,
          text: line.replace(/\r+$/, ''),
          ...(index === lines.length - 1 ? { mark: { source, offset } } : {}),
        })),
      );
      return offset;
    } catch (error) {
      // The console is for people; a boot must not fail because it cannot be read for a moment.
      this.logger.debug(error, `the console of server ${serverId} could not be read`);
      return from;
    }
  }
}
