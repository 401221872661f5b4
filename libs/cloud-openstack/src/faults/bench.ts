import { afterEach, expect } from '@jest/globals';
import {
  CloudError,
  type Cloud,
  type CloudImage,
  type CreateImage,
  type CreateServer,
} from '@image-manager/cloud';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { inspect } from 'node:util';
import { configureClouds, createOpenStackCloud, type OpenStackCloudOptions } from '../index.js';
import { BUILDER, startStandIn, type StandIn, type StandInOptions } from '../testing/index.js';

export interface Bench {
  standIn: StandIn;
  cloud: Cloud;
  /** A file of so many bytes. */
  file: (bytes: number) => Promise<string>;
  /** An active image. */
  image: () => Promise<CloudImage>;
}

export interface BenchOptions extends StandInOptions {
  environment?: Record<string, string>;
  cloud?: Partial<OpenStackCloudOptions>;
}

/** Pauses that a test can wait for. */
const RETRY = { attempts: 3, pauseMs: 5, longestPauseMs: 5000 };

export const IMAGE: CreateImage = {
  name: 'debian-12',
  diskFormat: 'qcow2',
  minDiskGb: 1,
  minMemoryMb: 64,
  properties: {},
  tags: [],
  ownership: { installationId: 'bench', buildId: 7 },
};

export const SERVER: Omit<CreateServer, 'imageId'> = {
  name: 'image-manager-build-7',
  userData: '#cloud-config\n',
  metadata: {},
  ownership: { installationId: 'bench', buildId: 7 },
};

/** Opens clouds on stand-ins of their own; after each test no connection to them may be left. */
export function benches(): (options?: BenchOptions) => Promise<Bench> {
  const closers: (() => Promise<void>)[] = [];
  afterEach(async () => {
    for (const close of closers.splice(0)) await close();
  });
  return async ({ environment, cloud: changes, ...options } = {}) => {
    const standIn = await startStandIn(options);
    const directory = await mkdtemp(join(tmpdir(), 'bench-'));
    const { clouds, problems } = configureClouds(
      { ...standIn.environment(), ...environment },
      '192.0.2.1:50051',
    );
    const [settings] = clouds;
    if (!settings) throw new Error(JSON.stringify(problems));
    const cloud = createOpenStackCloud({ ...settings, retry: RETRY, ...changes });
    closers.push(async () => {
      await cloud.close();
      standIn.resume();
      for (let wait = 0; standIn.connections > 0 && wait < 100; wait += 1) await sleep(10);
      const { connections } = standIn;
      await standIn.close();
      await rm(directory, { recursive: true });
      expect(connections).toBe(0);
    });
    const file = async (bytes: number) => {
      const path = join(directory, `file-${bytes}`);
      await writeFile(path, Buffer.alloc(bytes, 'x'));
      return path;
    };
    return {
      standIn,
      cloud,
      file,
      image: async () => {
        const { id } = await cloud.images.create(IMAGE);
        return cloud.images.upload(id, await file(1000));
      },
    };
  };
}

/** The error that a call ends with; nothing in it, however deep, may be a secret. */
export async function failureOf(call: Promise<unknown>): Promise<CloudError> {
  const error = await call.then(
    (value) => {
      throw new Error(`it succeeded: ${inspect(value)}`);
    },
    (reason: unknown) => reason,
  );
  if (!(error instanceof CloudError)) throw error;
  const everything = inspect(error, { depth: 20, showHidden: true, maxStringLength: Infinity });
  for (const secret of [BUILDER.password, BUILDER.credential.secret, 'gAAAA', 'aB3dE6gH9jKm']) {
    expect(everything).not.toContain(secret);
  }
  return error;
}
