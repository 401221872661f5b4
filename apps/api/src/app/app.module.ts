import { Module } from '@nestjs/common';
import { LoggerModule } from 'nestjs-pino';
import { AgentModule } from './agent/index.js';
import { AuthModule } from './auth/index.js';
import { BuilderModule } from './builder/index.js';
import { ConfigModule } from './config/index.js';
import { dashboardFiles } from './dashboard-files.js';
import { HealthModule } from './health/index.js';
import { LiveLogModule } from './live-log/index.js';
import { loggerOptions } from './logger.js';
import { OpenstackModule } from './openstack/index.js';
import { StorageModule } from './storage/index.js';

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
    ...dashboardFiles(),
  ],
})
export class AppModule {}
