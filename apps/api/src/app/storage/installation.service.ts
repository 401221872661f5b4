import { randomUUID } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource, type EntityManager } from 'typeorm';
import { AppConfig } from '../config/index.js';
import { InstallationEntity } from './installation.entity.js';
import {
  NUMBERS_OF_A_DATABASE,
  readInstallation,
  withdrawConsent,
  writeInstallation,
} from './installation-file.js';

/** Who we are to the clouds: that survives a database that is lost, or an operator who begins with an empty one. */
@Injectable()
export class Installation implements OnModuleInit {
  private readonly logger = new Logger(Installation.name);
  private row: InstallationEntity | undefined;

  constructor(
    private readonly config: AppConfig,
    @InjectDataSource() private readonly database: DataSource,
  ) {}

  async onModuleInit(): Promise<void> {
    const { storagePath } = this.config;
    const [row] = await this.database.getRepository(InstallationEntity).find({ take: 1 });
    const record = readInstallation(storagePath);
    this.row = row ?? (await this.begin(record?.id ?? randomUUID(), (record?.databases ?? 0) + 1));
    if (row && record?.id !== row.id) {
      writeInstallation(storagePath, { id: row.id, databases: record?.databases ?? 1 });
    }
    withdrawConsent(storagePath);
  }

  get id(): string {
    if (!this.row) throw new Error('the installation id is read before the database is open');
    return this.row.id;
  }

  /** The database is empty. */
  private async begin(id: string, databases: number): Promise<InstallationEntity> {
    // First the file: a crash in between leaves numbers out, and none twice.
    writeInstallation(this.config.storagePath, { id, databases });
    const taken = Math.max(
      (databases - 1) * NUMBERS_OF_A_DATABASE,
      ...['work', 'artifacts'].flatMap((folder) => numbersIn(this.config.inStorage(folder))),
    );
    return this.database.transaction(async (manager) => {
      if (taken > 0) {
        await numbersFollow(manager, taken);
        this.logger.warn(`the database is a new one: builds are numbered from ${taken + 1}`);
      }
      return manager.getRepository(InstallationEntity).save({ id, createdAt: new Date() });
    });
  }
}

/** The numbers of builds that left something in a folder: `build-12`, `build-12.qcow2`. */
function numbersIn(folder: string): number[] {
  try {
    return readdirSync(folder).map((name) => Number(/^build-(\d{1,12})\b/.exec(name)?.[1] ?? 0));
  } catch {
    return [];
  }
}

async function numbersFollow(manager: EntityManager, taken: number): Promise<void> {
  await manager.query(`DELETE FROM sqlite_sequence WHERE name = 'builds'`);
  await manager.query(`INSERT INTO sqlite_sequence (name, seq) VALUES ('builds', ?)`, [taken]);
}
