import { chmod, mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runProgram } from '../run-program.js';

export interface ConfigDrive {
  serverId: string;
  serverName: string;
  metadata: Record<string, string>;
  userData: string;
  macAddress: string;
}

/** cloud-init and Nova know a config drive by this label. */
const LABEL = 'config-2';

/**
 * Writes a config drive as Nova makes it: an ISO 9660 file system labelled `config-2` with `openstack/latest/…`
 * (https://docs.openstack.org/nova/latest/user/metadata.html). The file has mode 0600, because user-data holds a token.
 *
 * @param target absolute path of the ISO file; a folder beside it is used and removed.
 */
export async function writeConfigDrive(
  target: string,
  drive: ConfigDrive,
  signal?: AbortSignal,
): Promise<void> {
  const staging = `${target}.d`;
  const latest = join(staging, 'openstack', 'latest');
  await rm(staging, { recursive: true, force: true });
  try {
    await mkdir(latest, { recursive: true, mode: 0o700 });
    await writeFile(join(latest, 'meta_data.json'), JSON.stringify(metaData(drive)), { mode: 0o600 });
    await writeFile(join(latest, 'network_data.json'), JSON.stringify(networkData(drive)), { mode: 0o600 });
    await writeFile(join(latest, 'user_data'), drive.userData, { mode: 0o600 });
    // The ISO comes into being inside the server's folder (mode 0700), so nobody can read it before the chmod.
    await runProgram(
      'xorriso',
      ['-as', 'mkisofs', '-quiet', '-V', LABEL, '-R', '-J', '-o', target, staging],
      signal ? { signal } : {},
    );
    await chmod(target, 0o600);
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
}

function metaData(drive: ConfigDrive): Record<string, unknown> {
  return {
    uuid: drive.serverId,
    name: drive.serverName,
    hostname: hostnameOf(drive.serverName),
    meta: drive.metadata,
    availability_zone: 'local',
    launch_index: 0,
  };
}

/** One interface, configured by DHCP; https://opendev.org/openstack/nova (doc/api_schemas/network_data.json). */
function networkData(drive: ConfigDrive): Record<string, unknown> {
  return {
    links: [{ id: 'net0', type: 'phy', ethernet_mac_address: drive.macAddress, mtu: 1500 }],
    networks: [{ id: 'network0', type: 'ipv4_dhcp', link: 'net0', network_id: drive.serverId }],
    services: [],
  };
}

/** A server's name as a host name, by Nova's rules: lower case; blanks, dots and underscores become hyphens. */
export function hostnameOf(serverName: string): string {
  const hostname = serverName
    .toLowerCase()
    .replace(/[ _.]/g, '-')
    .replace(/[^a-z0-9-]/g, '')
    .slice(0, 63)
    .replace(/^-+|-+$/g, '');
  return hostname || 'server';
}
