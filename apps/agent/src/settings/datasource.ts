/** What OpenStack tells a server about itself; fields that were absent or damaged are left out. */
export interface ServerFacts {
  /** `uuid` of meta_data.json. */
  serverId?: string;
  /** `hostname` of meta_data.json, as Nova made it from the server's name. */
  hostname?: string;
  /** Values of `public_keys`: the keypair that the server was booted with. */
  publicKeys: string[];
  /** Whether network_data.json has a default route or a gateway; undefined where it leaves that to DHCP. */
  gatewayOffered?: boolean;
}

/** A datasource that was read. */
export interface Datasource {
  kind: 'config-drive' | 'metadata-service' | 'cloud-init' | 'file';
  /** Undefined where the server was given none. */
  userData?: string;
  server: ServerFacts;
}

/** Where OpenStack keeps its documents, on the drive and in the service alike. */
export const DOCUMENTS = {
  metaData: 'openstack/latest/meta_data.json',
  userData: 'openstack/latest/user_data',
  networkData: 'openstack/latest/network_data.json',
} as const;

/**
 * Facts out of OpenStack's meta_data.json and network_data.json.
 * https://docs.openstack.org/nova/latest/user/metadata.html
 */
export function parseServerFacts(metaData: string | undefined, networkData: string | undefined): ServerFacts {
  const meta = parseObject(metaData);
  const keys = meta?.['public_keys'];
  const gatewayOffered = offersGateway(parseObject(networkData));
  return {
    ...(typeof meta?.['uuid'] === 'string' ? { serverId: meta['uuid'] } : {}),
    ...(typeof meta?.['hostname'] === 'string' ? { hostname: meta['hostname'] } : {}),
    publicKeys: isObject(keys) ? Object.values(keys).filter((key) => typeof key === 'string') : [],
    ...(gatewayOffered === undefined ? {} : { gatewayOffered }),
  };
}

function offersGateway(networkData: Record<string, unknown> | undefined): boolean | undefined {
  const networks = networkData?.['networks'];
  if (!Array.isArray(networks) || networks.length === 0) return undefined;
  const known = networks.filter(isObject);
  if (known.some((network) => hasDefaultRoute(network))) return true;
  return known.some(({ type }) => typeof type === 'string' && /dhcp|slaac/.test(type)) ? undefined : false;
}

function hasDefaultRoute(network: Record<string, unknown>): boolean {
  if (typeof network['gateway'] === 'string' && network['gateway'] !== '') return true;
  const routes = network['routes'];
  return (
    Array.isArray(routes) &&
    routes.some(
      (route) =>
        isObject(route) &&
        ((route['network'] === '0.0.0.0' && route['netmask'] === '0.0.0.0') ||
          (route['network'] === '::' && (route['netmask'] === '::' || route['netmask'] === '0'))),
    )
  );
}

function parseObject(text: string | undefined): Record<string, unknown> | undefined {
  if (text === undefined) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    // cloud-init will complain about damaged metadata; the agent only does without it.
    return undefined;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
