import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Global, Logger, Module, type OnModuleInit } from '@nestjs/common';
import { ConfigModule as NestConfigModule, ConfigService } from '@nestjs/config';
import { findIgnoredLines } from './config-file.js';
import { validateEnvironment, type Environment } from './config.schema.js';
import { AppConfig } from './config.service.js';
import { WORKSPACE_ROOT } from './workspace-root.js';

const CONFIG_FILE = join(WORKSPACE_ROOT, 'config.env');

@Global()
@Module({
  imports: [NestConfigModule.forRoot({ envFilePath: CONFIG_FILE, validate: validateEnvironment })],
  providers: [
    {
      provide: AppConfig,
      inject: [ConfigService],
      useFactory: (config: ConfigService<Environment, true>) => new AppConfig(config),
    },
  ],
  exports: [AppConfig],
})
export class ConfigModule implements OnModuleInit {
  private readonly logger = new Logger('config.env');

  /** A misspelt variable is no reason to refuse: its default may well do. */
  onModuleInit(): void {
    let text: string;
    try {
      text = readFileSync(CONFIG_FILE, 'utf8');
    } catch {
      // All of it can stand in the environment.
      return;
    }
    for (const problem of findIgnoredLines(text)) this.logger.warn(problem);
  }
}
