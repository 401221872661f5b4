import { Logger, Module } from '@nestjs/common';
import type { Cloud } from '@image-manager/cloud';
import { AppConfig } from '../config/index.js';
import { CloudCheck } from './cloud-check.service.js';
import { CloudNamesController } from './cloud-names.controller.js';
import { CloudsController } from './clouds.controller.js';
import { CLOUDS, Clouds } from './clouds.js';
import { openConfiguredClouds } from './configured-clouds.js';
import { ImageViews } from './image-views.service.js';
import { Reachability } from './reachability.js';

@Module({
  controllers: [CloudsController, CloudNamesController],
  providers: [
    {
      provide: CLOUDS,
      inject: [AppConfig],
      useFactory: async (config: AppConfig): Promise<Cloud[]> => {
        const logger = new Logger('OpenStack');
        const { clouds, problems } = await openConfiguredClouds(config);
        for (const problem of problems) logger.error(problem);
        return clouds;
      },
    },
    Clouds,
    CloudCheck,
    Reachability,
    ImageViews,
  ],
  exports: [Clouds, ImageViews],
})
export class OpenstackModule {}
