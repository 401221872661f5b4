import { Logger } from '@nestjs/common';
import type { Cloud } from '@image-manager/cloud';
import { createLocalCloud } from '@image-manager/cloud-local';
import { configureClouds, createOpenStackCloud, createUnusableCloud } from '@image-manager/cloud-openstack';
import type { AppConfig } from '../config/index.js';

/**
 * The clouds that the configuration describes: OpenStack ones, and this machine where there is none or it is asked for.
 * One that is configured wrongly is shown as unreachable, by the names of its settings; the others serve.
 */
export async function openConfiguredClouds(
  config: AppConfig,
): Promise<{ clouds: Cloud[]; problems: string[] }> {
  const { clouds: settings, problems } = configureClouds(config.openStack, config.grpcPublicAddress);
  const clouds: Cloud[] = settings.map((options) =>
    createOpenStackCloud({ ...options, uploadStallMs: config.uploadStallMs }),
  );
  for (const { cloud, message } of problems) {
    if (cloud !== undefined) clouds.push(createUnusableCloud(cloud, message));
  }
  // A cloud that is configured and broken is no reason to build for another one.
  const isAlone = settings.length === 0 && problems.length === 0;
  if (config.localCloud === 'on' || (config.localCloud === 'auto' && isAlone)) {
    clouds.push(await openLocalCloud(config));
  }
  // What has a name is said when the clouds are looked at, as for any that cannot be used.
  const unnamed = problems.filter(({ cloud }) => cloud === undefined);
  return { clouds, problems: unnamed.map(({ message }) => message) };
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
