import { Logger } from '@nestjs/common';
import type { Cloud } from '@image-manager/cloud';
import { createLocalCloud } from '@image-manager/cloud-local';
import { configureClouds, createOpenStackCloud } from '@image-manager/cloud-openstack';
import type { AppConfig } from '../config/index.js';

/**
 * The clouds that the configuration describes: OpenStack ones, and this machine where there is none or it is asked for.
 * What is wrong with one is logged by the names of its settings; the others serve.
 */
export async function openConfiguredClouds(
  config: AppConfig,
): Promise<{ clouds: Cloud[]; problems: string[] }> {
  const { clouds: settings, problems } = configureClouds(config.openStack, config.grpcPublicAddress);
  const clouds: Cloud[] = settings.map((options) =>
    createOpenStackCloud({ ...options, uploadStallMs: config.uploadStallMs }),
  );
  // A cloud that is configured and broken is no reason to build for another one.
  const isAlone = settings.length === 0 && problems.length === 0;
  if (config.localCloud === 'on' || (config.localCloud === 'auto' && isAlone)) {
    clouds.push(await openLocalCloud(config));
  }
  return { clouds, problems };
}

function openLocalCloud(config: AppConfig): Promise<Cloud> {
  const logger = new Logger('LocalCloud');
  return createLocalCloud({
    directory: config.inStorage('clouds', 'local'),
    flavor: config.localFlavor,
    grpcTarget: { host: loopbackFor(config.grpc.host), port: config.grpc.port },
    log: (message, details) => {
      logger.log({ ...details }, message);
    },
  });
}

/** The relay dials an address, and the any-address is none. */
function loopbackFor(host: string): string {
  if (host === '0.0.0.0') return '127.0.0.1';
  return host === '::' ? '::1' : host;
}
