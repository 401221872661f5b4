import { Logger, Module } from '@nestjs/common';
import type { Cloud } from '@image-manager/cloud';
import { createLocalCloud } from '@image-manager/cloud-local';
import { AppConfig } from '../config/index.js';
import { CloudsController } from './clouds.controller.js';
import { CLOUDS, Clouds } from './clouds.js';
import { ImageViews } from './image-views.service.js';

/** The only place that names adapters. */
@Module({
  controllers: [CloudsController],
  providers: [
    {
      provide: CLOUDS,
      inject: [AppConfig],
      useFactory: async (config: AppConfig): Promise<Cloud[]> => {
        const logger = new Logger('LocalCloud');
        return [
          await createLocalCloud({
            directory: config.inStorage('clouds', 'local'),
            flavor: config.localFlavor,
            grpcTarget: { host: loopbackFor(config.grpc.host), port: config.grpc.port },
            log: (message, details) => {
              logger.log({ ...details }, message);
            },
          }),
        ];
      },
    },
    Clouds,
    ImageViews,
  ],
  exports: [Clouds, ImageViews],
})
export class OpenstackModule {}

/** The relay dials an address, and the any-address is none. */
function loopbackFor(host: string): string {
  if (host === '0.0.0.0') return '127.0.0.1';
  return host === '::' ? '::1' : host;
}
