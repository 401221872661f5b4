import { randomUUID } from 'node:crypto';
import { timestamp, type CloudState, type StandInFlavor, type StandInServer } from './cloud-state.js';
import type { Exchange } from './exchange.js';
import { Refusal } from './refusal.js';

interface CreateDocument {
  server: {
    name: string;
    imageRef: string;
    flavorRef: string;
    networks: 'auto' | { uuid: string }[];
    user_data?: string;
    metadata?: Record<string, string>;
    config_drive?: boolean;
    key_name?: string;
    security_groups?: { name: string }[];
    availability_zone?: string;
  };
}

const USER_DATA_LIMIT = 65_535;

export async function createServer(state: CloudState, exchange: Exchange): Promise<void> {
  const { server: wanted } = (await exchange.json()) as CreateDocument;
  const flavor = check(state, exchange, wanted);
  checkQuota(state, flavor);
  const server: StandInServer = {
    id: randomUUID(),
    name: wanted.name,
    status: 'BUILD',
    imageId: wanted.imageRef,
    flavorId: flavor.id,
    networkId: wanted.networks === 'auto' ? (state.networks[0]?.id ?? '') : (wanted.networks[0]?.uuid ?? ''),
    userData: Buffer.from(wanted.user_data ?? '', 'base64').toString('utf8'),
    metadata: wanted.metadata ?? {},
    keyName: wanted.key_name ?? null,
    configDrive: wanted.config_drive ?? false,
    createdAt: timestamp(),
    address: `192.0.2.${10 + (state.servers.size % 200)}`,
    reads: 0,
    deleting: false,
  };
  state.servers.set(server.id, server);
  exchange.send(202, {
    server: {
      id: server.id,
      links: [{ rel: 'self', href: `${exchange.origin}/compute/v2.1/servers/${server.id}` }],
      'OS-DCF:diskConfig': 'MANUAL',
      security_groups: wanted.security_groups ?? [{ name: 'default' }],
      adminPass: 'aB3dE6gH9jKm',
    },
  });
}

function check(state: CloudState, exchange: Exchange, wanted: CreateDocument['server']): StandInFlavor {
  if (wanted.networks === 'auto') {
    const [, minor = 1] = /^compute 2\.(\d+)$/.exec(exchange.header('openstack-api-version') ?? '') ?? [];
    if (Number(minor) < 37) {
      throw new Refusal(
        400,
        "Invalid input for field/attribute networks. Value: auto. 'auto' is not of type 'array'",
      );
    }
  } else {
    for (const { uuid } of wanted.networks) {
      if (!state.networks.some(({ id }) => id === uuid)) {
        throw new Refusal(400, `Network ${uuid} could not be found.`);
      }
    }
  }
  if ((wanted.user_data?.length ?? 0) > USER_DATA_LIMIT) {
    throw new Refusal(
      400,
      'User data too large. User data must be no larger than 65535 bytes once base64 encoded.',
    );
  }
  if (wanted.key_name !== undefined && !state.keypairs.includes(wanted.key_name)) {
    throw new Refusal(400, 'Invalid key_name provided.');
  }
  const image = state.images.get(wanted.imageRef);
  if (!image) throw new Refusal(400, 'Can not find requested image');
  if (image.status !== 'active') throw new Refusal(400, `Image ${image.id} is not active.`);
  const flavor = state.flavors.find(({ id }) => id === wanted.flavorRef);
  if (!flavor) throw new Refusal(400, `Flavor ${wanted.flavorRef} could not be found.`);
  return flavor;
}

function checkQuota({ settings, servers }: CloudState, flavor: StandInFlavor): void {
  const asked = [
    ['instances', 1, servers.size, settings.quota.servers],
    ['cores', flavor.vcpus, servers.size, settings.quota.cores],
    ['ram', flavor.ram, servers.size * 512, settings.quota.memoryMb],
  ] as const;
  for (const [resource, more, used, limit] of asked) {
    if (limit >= 0 && used + more > limit) {
      throw new Refusal(
        403,
        `Quota exceeded for ${resource}: Requested ${more}, but already used ${used} of ${limit} ${resource}`,
      );
    }
  }
}
