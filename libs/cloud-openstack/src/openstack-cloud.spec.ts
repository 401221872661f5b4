import { describeCloudContract } from '@image-manager/cloud/testing';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { configureClouds, createOpenStackCloud } from './index.js';
import { startStandIn } from './testing/index.js';

describeCloudContract('openstack, stand-in', async () => {
  // Two images in a page, so that lists take several.
  const standIn = await startStandIn({ settings: { imagePageSize: 2, console: 'CHECK end\n' } });
  const [settings] = configureClouds(standIn.environment(), '192.0.2.1:50051').clouds;
  const cloud = createOpenStackCloud(settings!);
  const directory = await mkdtemp(join(tmpdir(), 'stand-in-'));
  const imageFile = join(directory, 'image.qcow2');
  await writeFile(imageFile, Buffer.alloc(3 * 1024 * 1024, 'qcow2'));
  return {
    cloud,
    imageFile,
    ownership: { installationId: 'contract-stand-in', buildId: 7 },
    consoleShows: /CHECK end/,
    teardown: async () => {
      await cloud.close();
      await standIn.close();
      await rm(directory, { recursive: true });
    },
  };
});
