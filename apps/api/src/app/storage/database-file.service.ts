import { stat } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable, Logger, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { AppConfig } from '../config/index.js';
import { DATABASE_FILE } from './sound-database.js';

const LOOK_EVERY_MS = 2000;

/** The database that is open is not the one that the next start would find. */
export interface LostDatabase {
  code: 'DATABASE_MOVED';
  message: string;
  advice: string;
  since: Date;
}

/**
 * Looks whether the database file is where it was opened. SQLite goes on writing to a file that was moved away or
 * deleted, and all of that would be gone after the next start.
 */
@Injectable()
export class DatabaseFile implements OnModuleInit, OnApplicationShutdown {
  private readonly logger = new Logger(DatabaseFile.name);
  private readonly path: string;
  private readonly over = new AbortController();
  private opened: string | undefined;
  private lost: LostDatabase | undefined;

  constructor(config: AppConfig) {
    this.path = config.inStorage(DATABASE_FILE);
  }

  async onModuleInit(): Promise<void> {
    this.opened = await this.identity();
    void this.watch();
  }

  onApplicationShutdown(): void {
    this.over.abort();
  }

  get trouble(): LostDatabase | undefined {
    return this.lost;
  }

  /** Looks now. */
  async look(): Promise<LostDatabase | undefined> {
    const found = await this.identity();
    if (found === this.opened) {
      if (this.lost) this.logger.log(`The database ${this.path} is back`);
      this.lost = undefined;
    } else if (!this.lost) {
      this.lost = this.describe(found);
      this.logger.error(`${this.lost.message}. ${this.lost.advice}`);
    }
    return this.lost;
  }

  /** @returns once the database is where it was opened, or when the signal fires. */
  async untilThere(signal: AbortSignal): Promise<void> {
    while (!signal.aborted && (await this.look())) {
      await sleep(LOOK_EVERY_MS, undefined, { signal }).catch(() => undefined);
    }
  }

  private async watch(): Promise<void> {
    const options = { signal: this.over.signal, ref: false };
    const pause = () =>
      sleep(LOOK_EVERY_MS, undefined, options).then(
        () => true,
        () => false,
      );
    while (await pause()) await this.look();
  }

  /** Device and inode; undefined when there is no such file. A look that fails otherwise says nothing about the file. */
  private async identity(): Promise<string | undefined> {
    try {
      const { dev, ino } = await stat(this.path, { bigint: true });
      return `${dev}:${ino}`;
    } catch (error) {
      return (error as NodeJS.ErrnoException).code === 'ENOENT' ? undefined : this.opened;
    }
  }

  private describe(found: string | undefined): LostDatabase {
    return {
      code: 'DATABASE_MOVED',
      message:
        found === undefined
          ? `The database ${this.path} was moved away or deleted while Image Manager runs`
          : `Another file was put in the place of the database ${this.path} while Image Manager runs`,
      advice:
        'Put the old one back (with the files beside it), and work goes on; or stop Image Manager, restore a backup and start it again. No build starts until then, and what happens meanwhile may be lost.',
      since: new Date(),
    };
  }
}
