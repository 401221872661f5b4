import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { runProgram } from '../run-program.js';
import { hostnameOf, writeConfigDrive } from './config-drive.js';

describe('writeConfigDrive', () => {
  let directory = '';
  const userData = '#cloud-config\n{"token":"geheim-ü"}\n';

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'image-manager-drive-'));
    await writeConfigDrive(join(directory, 'config.iso'), {
      serverId: 'c0ffee00-0000-4000-8000-000000000001',
      serverName: 'Build 17.debian_12',
      metadata: { image_manager_build: '17' },
      userData,
      macAddress: '52:54:00:c0:ff:ee',
    });
  });
  afterAll(() => rm(directory, { recursive: true }));

  async function readBack(path: string): Promise<string> {
    const target = join(directory, 'out');
    const source = ['-osirrox', 'on', '-indev', join(directory, 'config.iso')];
    await runProgram('xorriso', [...source, '-extract', path, target]);
    try {
      return await readFile(target, 'utf8');
    } finally {
      await rm(target, { force: true });
    }
  }

  it('holds what the server is told, under the names that cloud-init reads', async () => {
    expect(JSON.parse(await readBack('/openstack/latest/meta_data.json'))).toMatchObject({
      uuid: 'c0ffee00-0000-4000-8000-000000000001',
      name: 'Build 17.debian_12',
      hostname: 'build-17-debian-12',
      meta: { image_manager_build: '17' },
    });
    expect(await readBack('/openstack/latest/user_data')).toBe(userData);
    expect(JSON.parse(await readBack('/openstack/latest/network_data.json'))).toMatchObject({
      links: [{ ethernet_mac_address: '52:54:00:c0:ff:ee' }],
      networks: [{ type: 'ipv4_dhcp' }],
    });
  });

  it('bears the label by which it is found', async () => {
    // ECMA-119: the primary volume descriptor is sector 16, the volume identifier its bytes 40 to 71.
    const iso = await readFile(join(directory, 'config.iso'));
    expect(iso.toString('latin1', 16 * 2048 + 40, 16 * 2048 + 72).trimEnd()).toBe('config-2');
  });

  it('is readable by its owner alone and leaves no copy of the token beside it', async () => {
    expect((await stat(join(directory, 'config.iso'))).mode & 0o777).toBe(0o600);
    expect(await readdir(directory)).toEqual(['config.iso']);
  });
});

describe('hostnameOf', () => {
  it.each([
    ['web', 'web'],
    ['Image Manager #7 / debian_12', 'image-manager-7--debian-12'],
    ['-ü-', 'server'],
    ['x'.repeat(80), 'x'.repeat(63)],
  ])('makes of %j the host name %j', (name, hostname) => {
    expect(hostnameOf(name)).toBe(hostname);
  });
});
