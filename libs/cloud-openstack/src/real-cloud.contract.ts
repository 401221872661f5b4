import { randomUUID } from 'node:crypto';
import { describeCloudContract } from '@image-manager/cloud/testing';
import { configureClouds, createOpenStackCloud } from './index.js';

/** A bootable image, such as `tools/openstack/mkimage` makes. */
const imageFile = process.env['CONTRACT_IMAGE'];
if (imageFile === undefined) throw new Error('CONTRACT_IMAGE names no image');

// The OS_* variables name the cloud. Run by `npm run e2e:openstack`.
describeCloudContract('openstack, for real', () => {
  const { clouds, problems } = configureClouds(process.env, '127.0.0.1:50051');
  const [settings] = clouds;
  if (!settings)
    throw new Error(`no cloud is configured: ${problems.map(({ message }) => message).join('; ')}`);
  const cloud = createOpenStackCloud(settings);
  return Promise.resolve({
    cloud,
    imageFile,
    ownership: { installationId: `contract-${randomUUID()}`, buildId: 7 },
    consoleShows: /CHECK end/,
    teardown: () => cloud.close(),
  });
});
