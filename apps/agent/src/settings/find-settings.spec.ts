import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { encodeUserData, type AgentSettings } from '@image-manager/agent-contract';
import { Guest } from '../testing/guest.js';
import { findSettings, type SearchOptions } from './find-settings.js';

const SETTINGS: AgentSettings = {
  managerAddress: '10.0.2.100:50051',
  token: 'token',
  buildId: 7,
  certificate: 'pem',
  consoleKey: 'ab',
  imageChecksum: 'cd',
};
const META_DATA = JSON.stringify({
  uuid: 'server-1',
  hostname: 'im-7-debian-12.novalocal',
  public_keys: { mine: 'ssh-ed25519 AAAA me' },
});
const NOBODY = 'http://127.0.0.1:9';

let guest: Guest;
let service: Server | undefined;

beforeEach(async () => {
  guest = await Guest.make();
});
afterEach(async () => {
  service?.close();
  service = undefined;
  await guest.remove();
});

function search(options: Partial<SearchOptions> = {}) {
  return findSettings(guest.host, {
    timeoutMs: 300,
    intervalMs: 50,
    metadataUrl: NOBODY,
    log: () => {},
    ...options,
  });
}

/** A drive as `mkisofs` or `mkfs.vfat` labels it; mounting it shows what lies in the guest's /drive. */
async function insertConfigDrive(
  files: Record<string, string>,
  type: 'iso9660' | 'vfat' = 'iso9660',
): Promise<void> {
  const device = Buffer.alloc(34_816);
  if (type === 'iso9660') {
    device.write('\u0001CD001', 32_768, 'latin1');
    device.write('config-2'.padEnd(32), 32_808, 'latin1');
  } else {
    device.write('CONFIG-2   ', 71, 'latin1');
  }
  await guest.write('dev/sr0', device);
  await guest.write('sys/class/block/sr0/size', '68');
  for (const [path, text] of Object.entries(files)) await guest.write(`drive/openstack/latest/${path}`, text);
  await guest.program('mount', `[ "$2" = ${type} ] && exec /bin/cp -r "$GUEST_ROOT/drive/." "$GUEST_ROOT$6"`);
  await guest.program('umount', 'exec /bin/rm -r "$GUEST_ROOT$1/openstack"');
  await guest.program('rmdir', 'exec /bin/rmdir "$GUEST_ROOT$1"');
}

async function serveMetadata(answers: Record<string, { status?: number; body: string }>): Promise<string> {
  const server = createServer((request, response) => {
    const answer = answers[(request.url ?? '').replace('/openstack/latest/', '')];
    response.writeHead(answer ? (answer.status ?? 200) : 404);
    response.end(answer?.body);
  });
  service = server;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

describe('findSettings', () => {
  it.each(['iso9660', 'vfat'] as const)(
    'reads a config drive with %s and leaves no mount point',
    async (type) => {
      await insertConfigDrive({ 'meta_data.json': META_DATA, user_data: encodeUserData(SETTINGS) }, type);

      await expect(search()).resolves.toEqual({
        outcome: 'found',
        settings: SETTINGS,
        source: 'config-drive',
        server: {
          serverId: 'server-1',
          hostname: 'im-7-debian-12.novalocal',
          publicKeys: ['ssh-ed25519 AAAA me'],
        },
      });
      expect((await readdir(join(guest.root, 'run'))).filter((name) => name.startsWith('.'))).toEqual([]);
    },
  );

  it("says that a config drive with a stranger's user-data holds none", async () => {
    await insertConfigDrive({ 'meta_data.json': META_DATA, user_data: '#cloud-config\npackages: [nginx]\n' });

    await expect(search()).resolves.toEqual({ outcome: 'none', source: 'config-drive' });
  });

  it('says that a config drive without user-data holds none', async () => {
    await insertConfigDrive({ 'meta_data.json': META_DATA });

    await expect(search()).resolves.toEqual({ outcome: 'none', source: 'config-drive' });
  });

  it('takes a drive that cannot be mounted for none at all', async () => {
    await insertConfigDrive({ 'meta_data.json': META_DATA });
    await guest.program('mount', 'exit 32');

    await expect(search()).resolves.toEqual({ outcome: 'no-datasource' });
  });

  it('waits for a drive that appears late', async () => {
    const searching = search({ timeoutMs: 5_000 });
    await new Promise((resolve) => setTimeout(resolve, 200));
    await insertConfigDrive({ 'meta_data.json': META_DATA, user_data: encodeUserData(SETTINGS) });

    await expect(searching).resolves.toMatchObject({ outcome: 'found', source: 'config-drive' });
  });

  it('reads the metadata service', async () => {
    const metadataUrl = await serveMetadata({
      'meta_data.json': { body: META_DATA },
      user_data: { body: encodeUserData(SETTINGS) },
      'network_data.json': {
        body: JSON.stringify({
          networks: [
            { type: 'ipv4', routes: [{ network: '0.0.0.0', netmask: '0.0.0.0', gateway: '10.0.0.1' }] },
          ],
        }),
      },
    });

    await expect(search({ metadataUrl })).resolves.toMatchObject({
      outcome: 'found',
      settings: SETTINGS,
      source: 'metadata-service',
      server: { serverId: 'server-1', gatewayOffered: true },
    });
  });

  it('knows from the metadata that a network has no gateway', async () => {
    const metadataUrl = await serveMetadata({
      'meta_data.json': { body: META_DATA },
      user_data: { body: encodeUserData(SETTINGS) },
      'network_data.json': { body: JSON.stringify({ networks: [{ type: 'ipv4', routes: [] }] }) },
    });

    await expect(search({ metadataUrl })).resolves.toMatchObject({ server: { gatewayOffered: false } });
  });

  it('takes a missing user-data document of the service for none', async () => {
    const metadataUrl = await serveMetadata({ 'meta_data.json': { body: META_DATA } });

    await expect(search({ metadataUrl })).resolves.toEqual({ outcome: 'none', source: 'metadata-service' });
  });

  it('does not take an error of the service for an answer', async () => {
    const metadataUrl = await serveMetadata({
      'meta_data.json': { body: META_DATA },
      user_data: { status: 503, body: 'later' },
    });

    await expect(search({ metadataUrl })).resolves.toEqual({ outcome: 'no-datasource' });
  });

  it('takes what cloud-init has written where no datasource speaks OpenStack', async () => {
    await guest.write('run/image-manager/agent.json', JSON.stringify(SETTINGS));
    await guest.write('var/lib/cloud/data/instance-id', 'server-2\n');

    await expect(search()).resolves.toEqual({
      outcome: 'found',
      settings: SETTINGS,
      source: 'cloud-init',
      server: { serverId: 'server-2', publicKeys: [] },
    });
  });

  it('names the field of damaged settings', async () => {
    const damaged = encodeUserData({ ...SETTINGS, token: '' });
    await insertConfigDrive({ 'meta_data.json': META_DATA, user_data: damaged });

    await expect(search()).rejects.toThrow(/token/);
  });
});
