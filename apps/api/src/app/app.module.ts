import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Module } from '@nestjs/common';
import { ServeStaticModule } from '@nestjs/serve-static';
import { LoggerModule } from 'nestjs-pino';
import { AgentModule } from './agent/index.js';
import { AuthModule } from './auth/index.js';
import { BuilderModule } from './builder/index.js';
import { ConfigModule, WORKSPACE_ROOT } from './config/index.js';
import { HealthModule } from './health/index.js';
import { LiveLogModule } from './live-log/index.js';
import { loggerOptions } from './logger.js';
import { OpenstackModule } from './openstack/index.js';
import { StorageModule } from './storage/index.js';

const DASHBOARD = join(WORKSPACE_ROOT, 'dist/apps/dashboard');

@Module({
  imports: [
    ConfigModule,
    LoggerModule.forRootAsync({ useFactory: loggerOptions }),
    AuthModule,
    StorageModule,
    OpenstackModule,
    AgentModule,
    BuilderModule,
    LiveLogModule,
    HealthModule,
    ...(existsSync(DASHBOARD)
      ? [ServeStaticModule.forRoot({ rootPath: DASHBOARD, exclude: ['/api/{*rest}'] })]
      : []),
  ],
})
export class AppModule {}
