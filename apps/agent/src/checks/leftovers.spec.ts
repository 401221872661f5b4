import { symlink, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { Guest } from '../testing/guest.js';
import { runCheck } from '../testing/run-check.js';

let guest: Guest;

beforeEach(async () => {
  guest = await Guest.make();
});
afterEach(() => guest.remove());

const BEFORE_BOOT = 1_600_000_000 - 3600;

describe('hygiene.leftovers', () => {
  it('passes on a tidy server', async () => {
    await expect(runCheck('hygiene.leftovers', guest)).resolves.toMatchObject({
      status: 'pass',
      figure: '0',
    });
  });

  it.each([
    [
      'etc/apt/apt.conf.d/01proxy',
      'Acquire::http::Proxy "http://10.1.2.3:3128";',
      'a proxy in /etc/apt/apt.conf.d/01proxy',
    ],
    [
      'etc/apt/apt.conf',
      'Acquire {\n http {\n  Proxy "http://10.1.2.3:3128";\n };\n};',
      'a proxy in /etc/apt/apt.conf',
    ],
    ['etc/environment', 'http_proxy=http://10.1.2.3:3128', 'a proxy in /etc/environment'],
    [
      'etc/apt/sources.list.d/a.list',
      'deb http://10.1.2.3/debian bookworm main',
      'packages come from http://10.1.2.3/debian',
    ],
    [
      'etc/apt/sources.list.d/b.sources',
      'Types: deb\nURIs: file:///srv/mirror\n',
      'packages come from file:///srv/mirror',
    ],
    ['usr/sbin/policy-rc.d', 'exit 101', '/usr/sbin/policy-rc.d is of the build'],
    ['tmp/in_target.d/install.d/x', '', '/tmp/in_target.d is of the build'],
  ])('fails on %s', async (path, text, reason) => {
    await guest.write(path, text);
    await expect(runCheck('hygiene.leftovers', guest)).resolves.toMatchObject({
      status: 'fail',
      reason: expect.stringContaining(reason) as string,
    });
  });

  it('does not take comments for settings', async () => {
    await guest.write('etc/apt/apt.conf.d/01proxy', '// Acquire::http::Proxy "http://10.1.2.3:3128";\n');
    await guest.write('etc/apt/sources.list.d/a.list', '# deb http://10.1.2.3/debian bookworm main\n');
    await expect(runCheck('hygiene.leftovers', guest)).resolves.toMatchObject({ status: 'pass' });
  });

  it("warns of an archive that is not the distribution's own", async () => {
    await guest.write('etc/apt/sources.list', 'deb https://archive.example.com/debian bookworm main\n');
    await expect(runCheck('hygiene.leftovers', guest)).resolves.toMatchObject({
      status: 'warn',
      reason: expect.stringContaining('https://archive.example.com/debian') as string,
    });
  });

  it("fails on a resolv.conf that came with the image, and not on this boot's", async () => {
    await guest.write('etc/resolv.conf', 'nameserver 10.9.9.9\n');
    await expect(runCheck('hygiene.leftovers', guest)).resolves.toMatchObject({ status: 'pass' });
    await utimes(join(guest.root, 'etc/resolv.conf'), BEFORE_BOOT, BEFORE_BOOT);
    await expect(runCheck('hygiene.leftovers', guest)).resolves.toMatchObject({ status: 'fail' });
  });

  it('does not mind a resolv.conf that is a link to the resolver', async () => {
    await symlink('../run/systemd/resolve/stub-resolv.conf', join(guest.root, 'etc/resolv.conf'));
    await expect(runCheck('hygiene.leftovers', guest)).resolves.toMatchObject({ status: 'pass' });
  });

  it('warns of temporary files that are older than the boot', async () => {
    await guest.write('var/tmp/old', '');
    await guest.write('var/tmp/new', '');
    await utimes(join(guest.root, 'var/tmp/old'), BEFORE_BOOT, BEFORE_BOOT);
    await expect(runCheck('hygiene.leftovers', guest)).resolves.toMatchObject({
      status: 'warn',
      reason: '/var/tmp/old is older than this boot',
    });
  });

  it('fails where cloud-init has run in another server before', async () => {
    await guest.write('var/lib/cloud/instances/one/x', '');
    await guest.write('var/lib/cloud/instances/two/x', '');
    await expect(runCheck('hygiene.leftovers', guest)).resolves.toMatchObject({ status: 'fail' });
  });
});
