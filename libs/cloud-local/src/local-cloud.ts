import { mkdir } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';
import { KeyedLock } from '@image-manager/cloud';
import type {
  CallOptions,
  Cloud,
  CloudFlavor,
  CloudNeeds,
  CloudPorts,
  CloudProblem,
  CloudQuota,
  CloudStatus,
  UnreadableThing,
} from '@image-manager/cloud';
import { throwIfCancelled } from './cancellation.js';
import { checkCapacity, checkPrograms } from './host-check.js';
import { ImageStore } from './images/image-store.js';
import { settingsOf, type LocalCloudOptions, type LocalCloudSettings } from './options.js';
import { AcceleratorChoice } from './servers/accelerator.js';
import { LocalServers } from './servers/local-servers.js';
import { MANAGER_ADDRESS } from './servers/qemu-arguments.js';
import { qemuVersion } from './servers/qemu-version.js';

/**
 * Opens the cloud of this machine: QEMU for servers, a folder for images. It sees what an earlier process made in the
 * same directory; only one process at a time may have a directory open.
 *
 * @throws TypeError when the directory is not an absolute path.
 */
export async function createLocalCloud(options: LocalCloudOptions): Promise<Cloud> {
  if (!isAbsolute(options.directory)) throw new TypeError('The directory must be an absolute path');
  const settings = settingsOf(options);
  await mkdir(settings.directory, { recursive: true, mode: 0o700 });
  const locks = new KeyedLock();
  const accelerators = new AcceleratorChoice(settings);
  const images: ImageStore = new ImageStore(
    join(settings.directory, 'images'),
    locks,
    (imageId) => servers.findUsersOf(imageId),
    settings.log,
  );
  const servers = new LocalServers(
    join(settings.directory, 'servers'),
    settings,
    images,
    locks,
    accelerators,
  );
  await images.open();
  await servers.open();
  return new LocalCloud(settings, images, servers, accelerators);
}

class LocalCloud implements Cloud {
  readonly name = 'local';
  readonly kind = 'local';
  /** A server's network is part of its QEMU process. */
  readonly ports: CloudPorts = {
    list: () => Promise.resolve([]),
    delete: () => Promise.resolve(),
  };

  constructor(
    private readonly settings: LocalCloudSettings,
    readonly images: ImageStore,
    readonly servers: LocalServers,
    private readonly accelerators: AcceleratorChoice,
  ) {}

  async status(options: CallOptions = {}): Promise<CloudStatus> {
    throwIfCancelled(options.signal, 'Asking for the status');
    const details = { directory: this.settings.directory };
    const [problem] = await checkPrograms(this.settings, options.signal);
    if (problem) return { reachable: false, problem, details };
    return {
      reachable: true,
      details: {
        ...details,
        qemu: await qemuVersion(this.settings.qemuBinary, options.signal),
      },
      accelerators: await this.accelerators.findings(),
    };
  }

  async preflight(needs: CloudNeeds, options: CallOptions = {}): Promise<CloudProblem[]> {
    throwIfCancelled(options.signal, 'The preflight');
    return [
      ...(await checkPrograms(this.settings, options.signal)),
      ...(await checkCapacity(this.settings, needs)),
    ];
  }

  async unreadable(options: CallOptions = {}): Promise<UnreadableThing[]> {
    throwIfCancelled(options.signal, 'Looking for what cannot be read');
    const [servers, images] = await Promise.all([this.servers.unreadable(), this.images.unreadable()]);
    return [
      ...servers.map((thing) => ({ ...thing, kind: 'server' as const })),
      ...images.map((thing) => ({ ...thing, kind: 'image' as const })),
    ];
  }

  flavor(options: CallOptions = {}): Promise<CloudFlavor> {
    throwIfCancelled(options.signal, 'Reading the flavor');
    return Promise.resolve({ ...this.settings.flavor });
  }

  quota(options: CallOptions = {}): Promise<CloudQuota[]> {
    throwIfCancelled(options.signal, 'Reading the quota');
    return Promise.resolve([]);
  }

  managerAddress(): string {
    return `${MANAGER_ADDRESS}:${this.settings.grpcTarget.port}`;
  }

  close(): Promise<void> {
    return this.servers.close();
  }
}
