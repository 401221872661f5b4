import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, type EntityManager } from 'typeorm';
import type { Cause } from '@image-manager/contracts';
import { AppConfig } from '../config/index.js';
import { countDatabase, NUMBERS_OF_A_DATABASE } from './installation-file.js';

/** `PRAGMA user_version` that tools/backup gives its copies; a database in use has 0. */
const BACKUP_MARK = 1;
/** Ninety days become a minute and a half. */
const SQUEEZE = 100_000;

const CAUSE: Cause = {
  code: 'DATABASE_RESTORED',
  fault: 'user',
  stage: 'cleanup',
  message: 'The database was restored from a backup that was made while this build was open',
  advice: 'How it ended is not known; look under Stands for what it may have left, and start another build.',
};

/**
 * Makes a restored backup safe to go on from. The clouds are newer than it: what it says of images may be over, and
 * numbers that it holds for free were given out. So what stood open is closed without touching anything in a cloud, what
 * is found there is reported, and numbers go on where none was given.
 */
@Injectable()
export class RestoredBackup implements OnModuleInit {
  private readonly logger = new Logger(RestoredBackup.name);

  constructor(
    private readonly config: AppConfig,
    @InjectDataSource() private readonly database: DataSource,
  ) {}

  async onModuleInit(): Promise<void> {
    const [row] = await this.database.query<{ user_version: number }[]>('PRAGMA user_version');
    if (row?.user_version !== BACKUP_MARK) return;
    // First the file: a crash in between leaves numbers out, and gives none twice.
    const others = countDatabase(this.config.storagePath);
    await this.database.transaction(async (manager) => {
      await closeBuilds(manager, Date.now());
      await letGo(manager, Date.now());
      await leaveNumbersOut(manager, others);
      await manager.query('PRAGMA user_version = 0');
    });
    this.logger.warn(
      `the database is a restored backup: its open builds are closed, numbers go on behind all that were given out, and what it does not know in the clouds is only reported`,
    );
  }
}

async function closeBuilds(manager: EntityManager, now: number): Promise<void> {
  const cause = JSON.stringify(CAUSE);
  const open = `(SELECT id FROM builds WHERE status IN ('queued', 'running'))`;
  await manager.query(
    `UPDATE stages SET status = 'failed', cause = ?, finishedAt = ?, activity = NULL WHERE status = 'running' AND buildId IN ${open}`,
    [cause, now],
  );
  await manager.query(`UPDATE stages SET status = 'skipped' WHERE status = 'pending' AND buildId IN ${open}`);
  await manager.query(
    `UPDATE builds SET status = 'failed', cause = ?, finishedAt = ? WHERE status IN ('queued', 'running')`,
    [cause, now],
  );
  await manager.query(`UPDATE agent_sessions SET state = 'closed'`);
}

/** A candidate of then may be what users boot, or what they can be rolled back to, by now. */
async function letGo(manager: EntityManager, now: number): Promise<void> {
  await manager.query(
    `UPDATE ledger SET state = 'kept' WHERE kind = 'image' AND state IN ('intended', 'held')`,
  );
  // Found by its mark alone, it could be another one's.
  await manager.query(`UPDATE ledger SET state = 'released' WHERE kind = 'server' AND state = 'intended'`);
  await manager.query(`UPDATE image_switches SET state = 'undone' WHERE state IN ('begun', 'shown')`);
  // They may have been current in between: their time begins anew, in the order they had.
  await manager.query(
    `UPDATE images SET retiredAt = ? - (SELECT max(retiredAt) FROM images) / ${SQUEEZE} + retiredAt / ${SQUEEZE} WHERE retiredAt IS NOT NULL`,
    [now],
  );
}

/** Images and servers bear their build's number: a second build of the same number would take them for its own. */
async function leaveNumbersOut(manager: EntityManager, others: number): Promise<void> {
  await manager.query(
    `INSERT INTO sqlite_sequence (name, seq) SELECT 'builds', 0 WHERE NOT EXISTS (SELECT 1 FROM sqlite_sequence WHERE name = 'builds')`,
  );
  // Behind those since the backup, and those of databases that were in use here before, or since.
  await manager.query(`UPDATE sqlite_sequence SET seq = max(seq + ?, ?) WHERE name = 'builds'`, [
    NUMBERS_OF_A_DATABASE,
    others * NUMBERS_OF_A_DATABASE,
  ]);
}
