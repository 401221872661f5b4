import { statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, type Logger as QueryLogger } from 'typeorm';
import { AppConfig } from '../config/index.js';
import { databaseTroubleOf, type HostTrouble } from '../errors/index.js';
import { DATABASE_FILE } from './sound-database.js';

const LOOK_EVERY_MS = 2000;
/** What has to be free before writing is tried again: one line would fit into less, and the next would not. */
const ENOUGH_BYTES = 4 * 1024 ** 2;

export interface DatabaseTrouble extends HostTrouble {
  since: Date;
}

/**
 * Knows when the database cannot be written, as on a full disk: says so once, looks until it can be written again, and
 * lets what must not be lost wait for that.
 */
@Injectable()
export class WritableDatabase implements OnApplicationShutdown {
  private readonly logger = new Logger(WritableDatabase.name);
  private readonly file: string;
  private readonly over = new AbortController();
  private current: DatabaseTrouble | undefined;
  private looking: Promise<void> = Promise.resolve();

  constructor(
    @InjectDataSource() private readonly source: DataSource,
    config: AppConfig,
  ) {
    this.file = config.inStorage(DATABASE_FILE);
    // The one place where every failed query passes by, whoever asked.
    source.logger = failedQueries((error) => {
      this.note(error);
    });
  }

  get trouble(): DatabaseTrouble | undefined {
    return this.current;
  }

  /**
   * Repeats a write until the database takes it.
   *
   * @throws what `giveUp` was called with; what is wrong with the write itself.
   */
  async insist<T>(write: () => Promise<T>): Promise<T> {
    for (;;) {
      try {
        return await write();
      } catch (error) {
        await this.waitOut(error);
      }
    }
  }

  /**
   * Waits until the trouble that the error tells of is over.
   *
   * @throws the error when it is about something else; what `giveUp` was called with.
   */
  async waitOut(error: unknown): Promise<void> {
    if (!(error instanceof Error) || !databaseTroubleOf(error)) throw error;
    this.note(error);
    await this.looking;
  }

  /** The process ends: nobody waits any longer. */
  giveUp(reason: Error): void {
    this.over.abort(reason);
  }

  async onApplicationShutdown(): Promise<void> {
    this.over.abort(new Error('The process ends'));
    await this.looking.catch(() => undefined);
  }

  private note(error: Error): void {
    if (!databaseTroubleOf(error)) return;
    // SQLite names no file; whoever reads the cause wants to know which.
    const trouble = databaseTroubleOf(Object.assign(error, { path: this.file }));
    if (!trouble || this.current) return;
    this.current = { ...trouble, since: new Date() };
    this.logger.error(`The database cannot be written. ${trouble.message}. ${trouble.advice}`);
    this.looking = this.look();
    this.looking.catch(() => undefined);
  }

  private async look(): Promise<void> {
    while (this.current) {
      await sleep(LOOK_EVERY_MS, undefined, { signal: this.over.signal }).catch(() => {
        throw this.over.signal.reason as Error;
      });
      if (await this.isWritable()) {
        this.current = undefined;
        this.logger.log('The database can be written again');
      }
    }
  }

  private async isWritable(): Promise<boolean> {
    try {
      const { bavail, bsize } = await statfs(dirname(this.file));
      if (bavail * bsize < ENOUGH_BYTES) return false;
      await this.source.query('UPDATE installation SET id = id');
      return true;
    } catch {
      return false;
    }
  }
}

function failedQueries(tell: (error: Error) => void): QueryLogger {
  const nothing = (): void => undefined;
  return {
    logQuery: nothing,
    logQueryError: (error) => {
      if (error instanceof Error) tell(error);
    },
    logQuerySlow: nothing,
    logSchemaBuild: nothing,
    logMigration: nothing,
    log: nothing,
  };
}
