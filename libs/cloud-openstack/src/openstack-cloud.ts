import {
  CloudError,
  isCloudError,
  type CallOptions,
  type Cloud,
  type CloudFlavor,
  type CloudNeeds,
  type CloudProblem,
  type CloudQuota,
  type CloudStatus,
} from '@image-manager/cloud';
import { readComputeQuota } from './compute/compute-quota.js';
import { Flavors } from './compute/flavors.js';
import { NovaServers } from './compute/nova-servers.js';
import { ServersOfImage } from './compute/servers-of-image.js';
import { GlanceImages } from './image/glance-images.js';
import { readImageQuota } from './image/image-quota.js';
import { NeutronPorts } from './network/ports.js';
import { Networks } from './network/networks.js';
import { settingsOf, type OpenStackCloudOptions, type OpenStackSettings } from './options.js';
import { Preflight } from './preflight/preflight.js';
import { toProblem } from './preflight/problem.js';
import { readStatusDetails } from './preflight/status-details.js';
import { OpenStackSession } from './session/openstack-session.js';
import { ImageUsers } from './image/image-users.js';
import { VolumesOfImage } from './volume/volumes-of-image.js';

/** Opens an OpenStack cloud. Nothing is asked of it before the first call. */
export function createOpenStackCloud(options: OpenStackCloudOptions): Cloud {
  return new OpenStackCloud(options);
}

class OpenStackCloud implements Cloud {
  readonly kind = 'openstack';
  readonly name: string;
  readonly images: GlanceImages;
  readonly servers: NovaServers;
  readonly ports: NeutronPorts;
  private readonly flavors: Flavors;
  private readonly networks: Networks;

  private readonly settings: OpenStackSettings;
  private readonly session: OpenStackSession;

  constructor(options: OpenStackCloudOptions) {
    const { origin } = options;
    const settings = settingsOf(options);
    const session = new OpenStackSession(options.credentials, {
      ...(options.retry ? { retry: options.retry } : {}),
      ...(options.answerTimeoutMs === undefined ? {} : { timeoutMs: options.answerTimeoutMs }),
    });
    this.settings = settings;
    this.session = session;
    this.name = settings.name;
    this.flavors = new Flavors(session, options.flavor, origin.flavor);
    this.ports = new NeutronPorts(session);
    this.networks = new Networks(session, options.network, origin.network);
    const images = new GlanceImages(
      session,
      settings.uploadStallMs,
      new ImageUsers(new ServersOfImage(session), new VolumesOfImage(session)),
    );
    this.images = images;
    this.servers = new NovaServers(session, settings, this.flavors, this.networks, (id, call) =>
      images.find(id, call),
    );
  }

  async status(options: CallOptions = {}): Promise<CloudStatus> {
    const { authUrl, region } = this.settings;
    const details: Record<string, string> = { authUrl, ...(region === undefined ? {} : { region }) };
    try {
      return {
        reachable: true,
        details: { ...details, ...(await readStatusDetails(this.session, options)) },
      };
    } catch (error) {
      if (!isCloudError(error) || error.code === 'CANCELLED') throw error;
      return { reachable: false, problem: toProblem(error), details };
    }
  }

  preflight(needs: CloudNeeds, options: CallOptions = {}): Promise<CloudProblem[]> {
    const preflight = new Preflight(this.session, this.settings, this.flavors, this.networks, (call) =>
      this.quota(call),
    );
    return preflight.check(needs, options);
  }

  flavor(options: CallOptions = {}): Promise<CloudFlavor> {
    return this.flavors
      .get(options)
      .then(({ name, vcpus, memoryMb, diskGb }) => ({ name, vcpus, memoryMb, diskGb }));
  }

  async quota(options: CallOptions = {}): Promise<CloudQuota[]> {
    const [compute, images] = await Promise.all([
      readComputeQuota(this.session, options),
      readImageQuota(this.session, options),
    ]);
    return [...compute, ...images];
  }

  unreadable(): Promise<never[]> {
    return Promise.resolve([]);
  }

  managerAddress(): string {
    const { managerAddress } = this.settings;
    if (managerAddress !== undefined) return managerAddress;
    throw new CloudError(
      'INVALID',
      'user',
      `How servers of cloud ${this.name} reach the manager is not configured`,
      {
        advice: `Set ${this.settings.origin.managerAddress} to host:port.`,
      },
    );
  }

  close(): Promise<void> {
    return this.session.close();
  }
}
