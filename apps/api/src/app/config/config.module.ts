import { join } from 'node:path';
import { Global, Module } from '@nestjs/common';
import { ConfigModule as NestConfigModule, ConfigService } from '@nestjs/config';
import { validateEnvironment, type Environment } from './config.schema.js';
import { AppConfig } from './config.service.js';
import { WORKSPACE_ROOT } from './workspace-root.js';

@Global()
@Module({
  imports: [
    NestConfigModule.forRoot({
      envFilePath: join(WORKSPACE_ROOT, 'config.env'),
      validate: validateEnvironment,
    }),
  ],
  providers: [
    {
      provide: AppConfig,
      inject: [ConfigService],
      useFactory: (config: ConfigService<Environment, true>) => new AppConfig(config),
    },
  ],
  exports: [AppConfig],
})
export class ConfigModule {}
