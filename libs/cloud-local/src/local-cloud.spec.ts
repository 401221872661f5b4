import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from '@jest/globals';
import { describeCloudContract } from '@image-manager/cloud/testing';
import { createLocalCloud } from './local-cloud.js';
import { runProgram } from './run-program.js';

// An empty disk: the firmware says on the serial console that it cannot boot, QEMU goes on running.
describeCloudContract('local', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'image-manager-cloud-'));
  const imageFile = join(directory, 'empty.qcow2');
  await runProgram('qemu-img', ['create', '-q', '-f', 'qcow2', imageFile, '64M']);
  const cloud = await createLocalCloud({
    directory: join(directory, 'cloud'),
    flavor: { name: 'contract', vcpus: 1, memoryMb: 64, diskGb: 1 },
    grpcTarget: { host: '127.0.0.1', port: 50051 },
    probe: { accelerator: 'tcg' },
  });
  return {
    cloud,
    imageFile,
    ownership: { installationId: 'contract', buildId: 7 },
    consoleShows: /\S/,
    teardown: async () => {
      await cloud.close();
      expect(await readdir(join(directory, 'cloud', 'servers'))).toEqual([]);
      expect(await readdir(join(directory, 'cloud', 'images'))).toEqual([]);
      await rm(directory, { recursive: true });
    },
  };
});
