import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { AppModule } from './app.module.js';
import { storagePathOf } from './config/index.js';
import { setup } from './setup.js';
import { assertSoundDatabase, claimStorage } from './storage/index.js';

export interface CreatedApp {
  app: NestExpressApplication;
  /** Gives the storage back, after the application was closed. */
  release: () => void;
}

/**
 * The application, ready to listen.
 *
 * @throws StorageInUseError, DamagedLockError, DamagedDatabaseError, ConfigurationError
 */
export async function createApp(): Promise<CreatedApp> {
  // Before anything opens the database, and so before there is an application to ask for the configuration.
  const storagePath = storagePathOf(process.env);
  const release = claimStorage(storagePath);
  try {
    assertSoundDatabase(storagePath);
    const app = await NestFactory.create<NestExpressApplication>(AppModule, {
      // What goes wrong before our logger is there is said once, by whoever called us.
      logger: false,
      abortOnError: false,
      bodyParser: false,
      // A browser keeps its connections open; a stop must not wait for it.
      forceCloseConnections: true,
    });
    setup(app);
    return { app, release };
  } catch (error) {
    release();
    throw error;
  }
}
