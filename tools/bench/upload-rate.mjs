import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { closeSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { CLOUD_FILES, readCloudEnvironment } from '../openstack/all-in-one.mjs';

const run = promisify(execFile);

const FILE_MIB = 400;
const ROUNDS = 7;
const MIB = 1024 * 1024;

/**
 * Our upload against curl's: the same file into the same Glance, in turns, so that both meet the same machine. Each time
 * counts from the request to the answer that the image is active.
 *
 * @param {string} folder for the file
 * @returns {Promise<{ ours: number, curl: number, ratio: number, residentMb: number }>} median MB/s; `ratio` above 1: ours is faster
 */
export async function measureUpload(folder) {
  const { configureClouds, createOpenStackCloud } = await import('@image-manager/cloud-openstack');
  const environment = readCloudEnvironment(CLOUD_FILES.openrc);
  const { clouds } = configureClouds(environment, '127.0.0.1:50051');
  const cloud = createOpenStackCloud(clouds[0]);
  const file = join(folder, 'upload.raw');
  writeFile(file);
  const { stdout } = await run('openstack', ['token', 'issue', '-f', 'value', '-c', 'id'], {
    env: { ...process.env, ...environment },
  });
  const token = stdout.trim();
  const figures = { ours: [], curl: [] };
  let residentMb = 0;
  try {
    // The first round warms connections and caches up, and is not counted.
    for (let round = 0; round <= ROUNDS; round += 1) {
      for (const way of round % 2 === 0 ? ['ours', 'curl'] : ['curl', 'ours']) {
        const image = await cloud.images.create({
          name: `bench ${way}`,
          diskFormat: 'raw',
          minDiskGb: 1,
          minMemoryMb: 64,
          properties: {},
          tags: [],
          ownership: { installationId: 'bench', buildId: 1 },
        });
        const begin = performance.now();
        if (way === 'ours') await cloud.images.upload(image.id, file);
        else await uploadWithCurl(cloud, image.id, file, token);
        const seconds = (performance.now() - begin) / 1000;
        if (way === 'ours') residentMb = Math.max(residentMb, process.memoryUsage.rss() / MIB);
        await cloud.images.delete(image.id);
        if (round > 0) figures[way].push((FILE_MIB * MIB) / 1e6 / seconds);
      }
    }
  } finally {
    await cloud.close();
    rmSync(file);
  }
  const [ours, curl] = [median(figures.ours), median(figures.curl)];
  return { ours, curl, ratio: ours / curl, residentMb };
}

async function uploadWithCurl(cloud, id, file, token) {
  await run('curl', [
    '--silent',
    '--show-error',
    '--fail',
    '--upload-file',
    file,
    '--header',
    `x-auth-token: ${token}`,
    '--header',
    'content-type: application/octet-stream',
    // It would wait a second for an answer that Glance does not give.
    '--header',
    'expect:',
    `http://127.0.0.1:9292/v2/images/${id}/file`,
  ]);
  const { status } = await cloud.images.get(id);
  if (status !== 'active') throw new Error(`the image is ${status} after curl's upload`);
}

/** Bytes that no store can make smaller. */
function writeFile(path) {
  const block = randomBytes(8 * MIB);
  const handle = openSync(path, 'w');
  for (let written = 0; written < FILE_MIB; written += 8) writeSync(handle, block);
  closeSync(handle);
}

function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)];
}
