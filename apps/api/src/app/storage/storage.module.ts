import { Global, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import type { Database } from 'better-sqlite3';
import { AppConfig } from '../config/index.js';
import { DatabaseFile } from './database-file.service.js';
import { ENTITIES } from './entities.js';
import { Installation } from './installation.service.js';
import { Ledger } from './ledger.service.js';
import { LogReader } from './log-reader.js';
import { LogStore } from './log-store.js';
import { MIGRATIONS } from './migrations/index.js';
import { assertNotNewer } from './newer-database.js';
import { RestoredBackup } from './restored-backup.service.js';
import { DATABASE_FILE } from './sound-database.js';
import { WritableDatabase } from './writable-database.js';

@Global()
@Module({
  imports: [
    TypeOrmModule.forRootAsync({
      inject: [AppConfig],
      useFactory: (config: AppConfig) => ({
        type: 'better-sqlite3' as const,
        database: config.inStorage(DATABASE_FILE),
        enableWAL: true,
        // A crash of the machine may cost the last moments, never the database.
        prepareDatabase: (database: Database) => {
          assertNotNewer(
            database,
            MIGRATIONS.map(({ name }) => name),
          );
          database.pragma('synchronous = NORMAL');
          database.pragma('foreign_keys = ON');
          database.pragma('busy_timeout = 5000');
        },
        entities: ENTITIES,
        migrations: MIGRATIONS,
        migrationsRun: true,
        synchronize: false,
        // A file that cannot be opened now cannot be opened in three seconds.
        retryAttempts: 0,
      }),
    }),
    TypeOrmModule.forFeature(ENTITIES),
  ],
  providers: [DatabaseFile, RestoredBackup, Installation, Ledger, LogReader, LogStore, WritableDatabase],
  exports: [TypeOrmModule, DatabaseFile, Installation, Ledger, LogReader, LogStore, WritableDatabase],
})
export class StorageModule {}
