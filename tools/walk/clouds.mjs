import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { decodeUserData } from '@image-manager/agent-contract';
import { BUILDER } from '@image-manager/cloud-openstack/testing';

/** Nothing listens there: the cloud that cannot be reached. */
const NOWHERE = 'http://127.0.0.1:9/identity';

/**
 * Configures OpenStack clouds beside the local one: the stand-ins, and `edge`, which cannot be reached.
 *
 * @param {{ folder: string, environment: Record<string, string>, grpcAddress: string }} sandbox
 * @param {Map<string, import('@image-manager/cloud-openstack/testing').StandIn>} standIns by the names of their clouds
 */
export function configureClouds({ folder, environment, grpcAddress }, standIns) {
  const path = join(folder, 'clouds.yaml');
  const urls = [...[...standIns].map(([name, { authUrl }]) => [name, authUrl]), ['edge', NOWHERE]];
  const clouds = Object.fromEntries(urls.map(([name, url]) => [name, entry(url, grpcAddress)]));
  // JSON is YAML.
  writeFileSync(path, JSON.stringify({ clouds }));
  Object.assign(environment, {
    OS_CLIENT_CONFIG_FILE: path,
    OS_CLOUD: Object.keys(clouds).join(','),
    LOCAL_CLOUD: 'on',
  });
}

/** The servers of the stand-in, for those who speak for them. */
export function standInServers(standIn) {
  const active = () => standIn.servers().filter(({ status }) => status === 'ACTIVE');
  return {
    ids: () => active().map(({ id }) => id),
    settings(id) {
      const server = active().find((one) => one.id === id);
      return server && decodeUserData(server.userData);
    },
  };
}

function entry(authUrl, grpcAddress) {
  return {
    auth: {
      auth_url: authUrl,
      username: BUILDER.user.name,
      password: BUILDER.password,
      user_domain_name: BUILDER.domain.name,
      project_name: BUILDER.project.name,
      project_domain_name: BUILDER.domain.name,
    },
    region_name: 'RegionOne',
    image_manager: { flavor: 'm1.small', network: 'private', grpc_public_address: grpcAddress },
  };
}
