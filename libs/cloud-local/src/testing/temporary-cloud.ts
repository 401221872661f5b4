import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  waitFor,
  type Cloud,
  type CloudImage,
  type CloudServer,
  type ServerStatus,
} from '@image-manager/cloud';
import { createLocalCloud } from '../local-cloud.js';
import type { LocalCloudOptions } from '../options.js';
import { runProgram } from '../run-program.js';

export const OWNERSHIP = { installationId: 'spec', buildId: 7 };

/** A local cloud in a folder of its own; its servers boot from an empty disk and stay in the firmware. */
export class TemporaryCloud {
  private constructor(
    readonly directory: string,
    /** An empty qcow2 disk of 64 MiB. */
    readonly imageFile: string,
    public cloud: Cloud,
    private readonly options: LocalCloudOptions,
    /** What the cloud told its log. */
    readonly messages: string[],
  ) {}

  static async make(changes: Partial<LocalCloudOptions> = {}): Promise<TemporaryCloud> {
    const root = await mkdtemp(join(tmpdir(), 'image-manager-cloud-'));
    const imageFile = join(root, 'empty.qcow2');
    await runProgram('qemu-img', ['create', '-q', '-f', 'qcow2', imageFile, '64M']);
    const messages: string[] = [];
    const options: LocalCloudOptions = {
      directory: join(root, 'cloud'),
      flavor: { name: 'spec', vcpus: 1, memoryMb: 64, diskGb: 1 },
      grpcTarget: { host: '127.0.0.1', port: 50051 },
      probe: { accelerator: 'tcg' },
      log: (message) => messages.push(message),
      ...changes,
    };
    return new TemporaryCloud(root, imageFile, await createLocalCloud(options), options, messages);
  }

  /** What the next manager sees; the present one is left as a crash leaves it. */
  async restart(): Promise<Cloud> {
    this.cloud = await createLocalCloud(this.options);
    return this.cloud;
  }

  path(...names: string[]): string {
    return join(this.options.directory, ...names);
  }

  async createImage(file = this.imageFile, properties: Record<string, string> = {}): Promise<CloudImage> {
    const { images } = this.cloud;
    const { id } = await images.create({
      name: 'spec',
      diskFormat: 'qcow2',
      minDiskGb: 0,
      minMemoryMb: 0,
      properties,
      tags: [],
      ownership: OWNERSHIP,
    });
    return images.upload(id, file);
  }

  async createServer(imageId: string): Promise<CloudServer> {
    return this.cloud.servers.create({
      name: 'spec',
      imageId,
      userData: 'secret',
      metadata: {},
      ownership: OWNERSHIP,
    });
  }

  until(id: string, target: ServerStatus): Promise<CloudServer> {
    return waitFor((signal) => this.cloud.servers.get(id, { signal }), {
      target,
      failures: target === 'ERROR' ? [] : ['ERROR'],
      timeoutMs: 30_000,
      intervalMs: 20,
      what: `server ${id}`,
    });
  }

  async remove(): Promise<void> {
    for (const { id } of await this.cloud.servers.list()) await this.cloud.servers.delete(id);
    await this.cloud.close();
    await rm(this.directory, { recursive: true, force: true });
  }
}
