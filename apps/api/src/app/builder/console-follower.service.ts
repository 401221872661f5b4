import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable, Logger } from '@nestjs/common';
import type { ConsoleTail } from '@image-manager/cloud';
import { ConsoleReports } from '../agent/index.js';
import { Clouds } from '../openstack/index.js';
import { LogStore } from '../storage/index.js';
import { ANCHOR_LINES, completeLines, linesAfter } from './console-lines.js';
import type { StageContext } from './stage-runner.service.js';

const POLL_MS = 1000;
/** Nova answers each question by reading the host's file: it is asked less often. */
const TAIL_POLL_MS = 3000;
/** How long a stage’s end waits for the console’s last lines. */
const LAST_READ_MS = 10_000;
/** How much of the console is looked through for a report; more than Nova's tail. */
const REPORT_WINDOW = 256 * 1024;

/** How far a console has been read. */
interface Position {
  /** Bytes, or lines where the cloud only has tails. */
  offset: number;
  anchor: string[];
  /** The last that was read, for a report in it. */
  text: string;
}

/** Brings a server's serial console into the build's log, each line once, also over restarts, and finds the agent's report in it. */
@Injectable()
export class ConsoleFollower {
  private readonly logger = new Logger(ConsoleFollower.name);

  constructor(
    private readonly clouds: Clouds,
    private readonly log: LogStore,
    private readonly reports: ConsoleReports,
  ) {}

  /**
   * @returns what ends it, after the lines that are there have been stored: with `cutLine` also what the server printed
   *   without a line's end, such as a prompt.
   */
  follow(context: StageContext, serverId: string): (options?: { cutLine: boolean }) => Promise<void> {
    const stop = new AbortController();
    const end = { cutLine: false };
    const following = this.run(context, serverId, stop.signal, end);
    return async ({ cutLine } = end) => {
      end.cutLine = cutLine;
      stop.abort();
      await following;
    };
  }

  private async run(
    context: StageContext,
    serverId: string,
    stopped: AbortSignal,
    end: { cutLine: boolean },
  ): Promise<void> {
    const source = `console/${context.cloud}/${serverId}`;
    let position = await this.begin(context, source);
    let last = '';
    do {
      position = await this.copy(context, serverId, source, position, stopped);
      if (position.text !== last) await this.lookForReport(context, serverId, position.text);
      last = position.text;
      const pause = position.anchor.length > 0 ? TAIL_POLL_MS : POLL_MS;
      await sleep(pause, undefined, { signal: stopped }).catch(() => undefined);
    } while (!stopped.aborted);
    await this.copy(context, serverId, source, position, AbortSignal.timeout(LAST_READ_MS), end.cutLine);
  }

  private async begin({ build, cloud }: StageContext, source: string): Promise<Position> {
    const offset = await this.log.mark(build.id, source).catch(() => 0);
    if (offset === 0) return { offset, anchor: [], text: '' };
    const tail = await this.log.tail(build.id, 20 * ANCHOR_LINES, { cloud });
    const anchor = tail.filter(({ stream }) => stream === 'console').map(({ text }) => text);
    return { offset, anchor: anchor.slice(-ANCHOR_LINES), text: '' };
  }

  /** @returns the position after the last complete line. */
  private async copy(
    context: StageContext,
    serverId: string,
    source: string,
    position: Position,
    signal: AbortSignal,
    cutLine = false,
  ): Promise<Position> {
    try {
      const { servers } = this.clouds.get(context.cloud);
      const tail = await servers.consoleLog(serverId, { from: position.offset, signal });
      const { lines, gap, next } =
        tail.offset === undefined ? readTail(tail, position, cutLine) : readOn(tail, position, cutLine);
      if (lines.length > 0) {
        await context.log([
          ...(gap
            ? [{ stream: 'manager' as const, text: '(here the console printed more than the cloud kept)' }]
            : []),
          ...lines.map((text, index) => ({
            stream: 'console' as const,
            text,
            ...(index === lines.length - 1 ? { mark: { source, offset: next.offset } } : {}),
          })),
        ]);
      }
      return next;
    } catch (error) {
      // The console is for people; a boot must not fail because it cannot be read for a moment.
      this.logger.debug(error, `the console of server ${serverId} could not be read`);
      return position;
    }
  }

  private async lookForReport(context: StageContext, serverId: string, text: string): Promise<void> {
    try {
      await this.reports.read(context.build, context.cloud, serverId, text);
    } catch (error) {
      this.logger.error(error, `the report on the console of server ${serverId} could not be stored`);
    }
  }
}

interface Reading {
  lines: string[];
  gap: boolean;
  next: Position;
}

/** The cloud goes on from where we were. */
function readOn({ text }: ConsoleTail, { offset, text: before }: Position, cutLine: boolean): Reading {
  const { complete, lines } = completeLines(text, cutLine);
  return {
    lines,
    gap: false,
    next: {
      offset: offset + Buffer.byteLength(complete),
      anchor: [],
      text: `${before}${complete}`.slice(-REPORT_WINDOW),
    },
  };
}

/** The cloud has only the console's last part, whole or not. */
function readTail({ text }: ConsoleTail, { offset, anchor }: Position, cutLine: boolean): Reading {
  const { lines: window } = completeLines(text, cutLine);
  const { lines, gap } = linesAfter(anchor, window);
  return {
    lines,
    gap,
    next: { offset: offset + lines.length, anchor: [...anchor, ...lines].slice(-ANCHOR_LINES), text },
  };
}
