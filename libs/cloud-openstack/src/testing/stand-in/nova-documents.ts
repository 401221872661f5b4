import { BUILDER, type StandInFlavor, type StandInServer } from './cloud-state.js';

export function serverDocument(server: StandInServer): object {
  const { status } = server;
  return {
    id: server.id,
    name: server.name,
    status,
    tenant_id: BUILDER.project.id,
    user_id: BUILDER.user.id,
    metadata: server.metadata,
    hostId: status === 'BUILD' ? '' : 'd2a1f0c4e5b6',
    image: { id: server.imageId, links: [] },
    flavor: { id: server.flavorId, links: [] },
    created: server.createdAt,
    updated: server.createdAt,
    addresses:
      status === 'ACTIVE'
        ? {
            private: [
              {
                version: 4,
                addr: server.address,
                'OS-EXT-IPS:type': 'fixed',
                'OS-EXT-IPS-MAC:mac_addr': 'fa:16:3e:00:00:01',
              },
            ],
          }
        : {},
    accessIPv4: '',
    accessIPv6: '',
    links: [],
    'OS-DCF:diskConfig': 'MANUAL',
    progress: 0,
    'OS-EXT-AZ:availability_zone': 'nova',
    config_drive: server.configDrive ? 'True' : '',
    key_name: server.keyName,
    ...(server.fault === undefined
      ? {}
      : { fault: { code: 500, created: server.createdAt, message: server.fault } }),
    'OS-EXT-STS:task_state': taskOf(server),
    'OS-EXT-STS:vm_state': status.toLowerCase(),
    'OS-EXT-STS:power_state': status === 'ACTIVE' ? 1 : 0,
    'os-extended-volumes:volumes_attached': [],
  };
}

function taskOf({ status, deleting }: StandInServer): string | null {
  if (status === 'DELETED') return null;
  if (deleting) return 'deleting';
  return status === 'BUILD' ? 'spawning' : null;
}

export function flavorDocument({ id, name, vcpus, ram, disk }: StandInFlavor): object {
  return {
    id,
    name,
    ram,
    disk,
    swap: '',
    'OS-FLV-EXT-DATA:ephemeral': 0,
    'OS-FLV-DISABLED:disabled': false,
    vcpus,
    'os-flavor-access:is_public': true,
    rxtx_factor: 1,
    links: [],
  };
}

export function novaVersion(origin: string): object {
  return {
    version: {
      id: 'v2.1',
      status: 'CURRENT',
      version: '2.93',
      min_version: '2.1',
      updated: '2013-07-23T11:33:21Z',
      links: [{ rel: 'self', href: `${origin}/compute/v2.1/` }],
      'media-types': [],
    },
  };
}
