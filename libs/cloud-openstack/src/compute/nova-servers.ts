import {
  CloudError,
  isCloudError,
  ownershipProperties,
  type CallOptions,
  type CloudImage,
  type CloudServer,
  type CloudServers,
  type ConsoleTail,
  type CreateServer,
} from '@image-manager/cloud';
import { z } from 'zod';
import type { Networks } from '../network/networks.js';
import type { OpenStackSettings } from '../options.js';
import { isResourceId } from '../resource-id.js';
import type { OpenStackSession } from '../session/openstack-session.js';
import { hasNextPage, pageLinks } from '../session/page-links.js';
import { pause } from '../session/pause.js';
import { toConsoleText } from './console-text.js';
import type { Flavor, Flavors } from './flavors.js';
import { chooseMicroversion, NETWORK_CHOICE } from './microversion.js';
import { serverSchema, toCloudServer, type ServerDocument } from './server-document.js';
import { adviseOnFault } from './server-fault.js';
import { explainRefusal } from './server-refusal.js';

const PAGE_SIZE = 200;
/** Nova's limit, in bytes of base64. */
const USER_DATA_LIMIT = 65_535;
const DELETE_POLL_MS = 1000;
const DELETE_TIMEOUT_MS = 180_000;

/** @see https://docs.openstack.org/api-ref/compute/ */
export class NovaServers implements CloudServers {
  constructor(
    private readonly session: OpenStackSession,
    private readonly settings: OpenStackSettings,
    private readonly flavors: Flavors,
    private readonly networks: Networks,
    private readonly findImage: (id: string, options: CallOptions) => Promise<CloudImage | undefined>,
  ) {}

  async create(spec: CreateServer, options: CallOptions = {}): Promise<CloudServer> {
    const userData = Buffer.from(spec.userData).toString('base64');
    if (userData.length > USER_DATA_LIMIT) {
      throw new CloudError('INVALID', 'us', 'User-data is longer than Nova takes: 65535 bytes as base64');
    }
    const { settings } = this;
    const [flavor, networkId] = await Promise.all([this.flavors.get(options), this.networks.id(options)]);
    const microversion = await this.microversionFor(networkId, options);
    const metadata = { ...spec.metadata, ...ownershipProperties(spec.ownership) };
    let id: string;
    try {
      const { server } = await this.session.request(
        {
          service: 'compute',
          method: 'POST',
          path: '/servers',
          ...(microversion === undefined ? {} : { microversion }),
          json: {
            server: {
              name: spec.name,
              imageRef: spec.imageId,
              flavorRef: flavor.id,
              networks: networkId === undefined ? 'auto' : [{ uuid: networkId }],
              user_data: userData,
              metadata,
              config_drive: settings.configDrive,
              ...(settings.keypair === undefined ? {} : { key_name: settings.keypair }),
              ...(settings.availabilityZone === undefined
                ? {}
                : { availability_zone: settings.availabilityZone }),
              ...(settings.securityGroups.length === 0
                ? {}
                : { security_groups: settings.securityGroups.map((name) => ({ name })) }),
            },
          },
          expected: [202],
          doing: `Creating server ${spec.name}`,
          signal: options.signal,
        },
        z.object({ server: z.object({ id: z.string() }) }),
      );
      ({ id } = server);
    } catch (error) {
      throw await this.explain(error, flavor, spec.imageId, options);
    }
    try {
      return await this.get(id, options);
    } catch (error) {
      if (!isCloudError(error)) throw error;
      // It exists: who asked for it needs its id, to delete it. What is wrong shows at the next read.
      return accepted(id, spec);
    }
  }

  async get(id: string, options: CallOptions = {}): Promise<CloudServer> {
    const server = await this.find(id, options);
    if (!server) throw new CloudError('NOT_FOUND', 'cloud', `There is no server ${id}`);
    return server;
  }

  async find(id: string, options: CallOptions = {}): Promise<CloudServer | undefined> {
    const document = await this.read(id, options);
    const found = document && toCloudServer(document);
    return found === undefined || found.status === 'DELETED' ? undefined : this.withAdvice(found);
  }

  async list(filter: { installationId?: string } = {}, { signal }: CallOptions = {}): Promise<CloudServer[]> {
    const found: CloudServer[] = [];
    let marker: string | undefined;
    for (;;) {
      const { servers, servers_links: links } = await this.session.request(
        {
          service: 'compute',
          method: 'GET',
          path: '/servers/detail',
          query: { limit: String(PAGE_SIZE), ...(marker === undefined ? {} : { marker }) },
          expected: [200],
          doing: 'Listing servers',
          signal,
        },
        z.object({ servers: z.array(serverSchema), servers_links: pageLinks }),
      );
      found.push(...servers.map(toCloudServer));
      if (!hasNextPage(links)) break;
      marker = servers.at(-1)?.id;
    }
    // Nova filters by metadata for administrators only.
    return found.filter(
      ({ ownership, status }) =>
        status !== 'DELETED' &&
        (filter.installationId === undefined || ownership?.installationId === filter.installationId),
    );
  }

  async delete(id: string, options: CallOptions = {}): Promise<void> {
    const { signal } = options;
    if (!(await this.findHeld(id, options))) return;
    const doing = `Deleting server ${id}`;
    await this.session.command({
      service: 'compute',
      method: 'DELETE',
      path: `/servers/${id}`,
      expected: [204, 404],
      doing,
      signal,
    });
    // It holds its quota, its port and its image until it is really gone.
    const deadline = performance.now() + DELETE_TIMEOUT_MS;
    for (;;) {
      const server = await this.findHeld(id, options);
      if (!server) return;
      if (performance.now() > deadline) {
        const fault = server.fault === undefined ? '' : ` (${server.fault})`;
        throw new CloudError(
          'TIMEOUT',
          'cloud',
          `Server ${id} is still ${server.status}${fault} ${DELETE_TIMEOUT_MS / 1000} s after its deletion was accepted`,
          { advice: 'Ask the cloud’s administrator to look at it.' },
        );
      }
      await pause(DELETE_POLL_MS, signal, doing);
    }
  }

  async consoleLog(id: string, { signal }: CallOptions = {}): Promise<ConsoleTail> {
    if (!isResourceId(id)) throw new CloudError('NOT_FOUND', 'cloud', `There is no server ${id}`);
    try {
      const { output } = await this.session.request(
        {
          service: 'compute',
          method: 'POST',
          path: `/servers/${id}/action`,
          json: { 'os-getConsoleOutput': {} },
          expected: [200],
          doing: `Reading the console of server ${id}`,
          repeatable: true,
          signal,
        },
        z.object({ output: z.string().nullable() }),
      );
      return { text: toConsoleText(output ?? '') };
    } catch (error) {
      // Before it is on a host it has no console yet.
      if (isCloudError(error, 'CONFLICT')) return { text: '' };
      throw error;
    }
  }

  /**
   * Also a server that Nova calls DELETED: until its record goes as well, it is counted and listed as one that stands on its
   * image. What waits for its end as SOFT_DELETED is neither listed nor waited for: that can take days.
   */
  private async findHeld(id: string, options: CallOptions): Promise<CloudServer | undefined> {
    const document = await this.read(id, options);
    return document === undefined || document.status === 'SOFT_DELETED' ? undefined : toCloudServer(document);
  }

  private async read(id: string, { signal }: CallOptions): Promise<ServerDocument | undefined> {
    if (!isResourceId(id)) return undefined;
    try {
      const { server } = await this.session.request(
        {
          service: 'compute',
          method: 'GET',
          path: `/servers/${id}`,
          expected: [200],
          doing: `Reading server ${id}`,
          signal,
        },
        z.object({ server: serverSchema }),
      );
      return server;
    } catch (error) {
      if (isCloudError(error, 'NOT_FOUND')) return undefined;
      throw error;
    }
  }

  /** Letting Nova choose the network needs a microversion; without that a network must be named. */
  private async microversionFor(
    networkId: string | undefined,
    options: CallOptions,
  ): Promise<string | undefined> {
    if (networkId !== undefined) return undefined;
    const { microversion } = await this.session.endpoint('compute', options.signal);
    return chooseMicroversion(microversion, NETWORK_CHOICE, this.settings.origin.network);
  }

  private withAdvice(server: CloudServer): CloudServer {
    if (server.fault === undefined) return server;
    const advice = adviseOnFault(server.fault, {
      serverId: server.id,
      flavor: this.flavors.wanted,
      network: this.networks.wanted,
      settings: this.settings,
    });
    return { ...server, advice };
  }

  /** Nova calls an image that does not exist, or that the flavor is too small for, a bad request. */
  private async explain(
    error: unknown,
    flavor: Flavor,
    imageId: string,
    options: CallOptions,
  ): Promise<unknown> {
    if (!isCloudError(error, 'INVALID')) return error;
    // A failure of this question is not what the caller should read.
    const image = await this.findImage(imageId, options).catch(() => 'unknown' as const);
    return explainRefusal(error, { flavor, imageId, image, flavorSetting: this.settings.origin.flavor });
  }
}

/** What is known of a server that Nova has taken on and could not be asked about. */
function accepted(id: string, { name, imageId, metadata, ownership }: CreateServer): CloudServer {
  return {
    id,
    name,
    status: 'BUILD',
    imageId,
    addresses: [],
    metadata: { ...metadata, ...ownershipProperties(ownership) },
    ownership,
    createdAt: new Date(),
  };
}
