import { utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { Guest } from '../testing/guest.js';
import { EXPECTATIONS, runCheck } from '../testing/run-check.js';

let guest: Guest;
const lines: string[] = [];
const log = (line: string) => lines.push(line);

beforeEach(async () => {
  guest = await Guest.make();
  lines.length = 0;
});
afterEach(() => guest.remove());

/** Makes a file as old as the image rather than the boot. */
async function age(path: string): Promise<void> {
  const beforeBoot = 1_600_000_000 - 3600;
  await utimes(join(guest.root, path), beforeBoot, beforeBoot);
}

describe('system.os-release', () => {
  it('fails on another release than the definition says', async () => {
    const expectations = { ...EXPECTATIONS, osVersion: '13' };
    await expect(runCheck('system.os-release', guest, { expectations })).resolves.toMatchObject({
      status: 'fail',
      reason: 'this is debian 12, the definition says debian 13',
      figure: 'debian 12',
    });
  });
});

describe('system.cloud-init', () => {
  it('fails with what cloud-init recorded as an error', async () => {
    await guest.write(
      'run/cloud-init/result.json',
      '{"v1": {"datasource": "X", "errors": ["(\'scripts_user\', boom)"]}}',
    );
    await expect(runCheck('system.cloud-init', guest, { log })).resolves.toMatchObject({
      status: 'fail',
      reason: "cloud-init: ('scripts_user', boom)",
    });
    expect(lines).toEqual(["cloud-init: ('scripts_user', boom)"]);
  });

  it('warns of what cloud-init went on after', async () => {
    const stage = {
      start: 1,
      finished: 2,
      errors: [],
      recoverable_errors: { WARNING: ['odd'], DEPRECATED: ['old'] },
    };
    await guest.write('run/cloud-init/status.json', JSON.stringify({ v1: { init: stage } }));
    await expect(runCheck('system.cloud-init', guest)).resolves.toMatchObject({
      status: 'warn',
      reason: 'cloud-init: odd',
    });
  });

  it('waits for the last stage', async () => {
    await guest.remove('run/cloud-init/result.json');
    const running = runCheck('system.cloud-init', guest, { settleLimitMs: 5_000 });
    await new Promise((resolve) => setTimeout(resolve, 300));
    await guest.write(
      'run/cloud-init/result.json',
      '{"v1": {"datasource": "DataSourceConfigDrive", "errors": []}}',
    );
    await expect(running).resolves.toMatchObject({ status: 'pass', figure: '5.5', unit: 's' });
  });

  it('fails when the last stage does not come', async () => {
    await guest.remove('run/cloud-init/result.json');
    await expect(runCheck('system.cloud-init', guest, { settleLimitMs: 1_000 })).resolves.toMatchObject({
      status: 'fail',
      reason: 'cloud-init was not done within 1 s',
    });
  });

  it('fails where cloud-init is switched off', async () => {
    await guest.remove('run/cloud-init/result.json');
    await guest.write('run/cloud-init/disabled', '');
    await expect(runCheck('system.cloud-init', guest)).resolves.toMatchObject({ status: 'fail' });
  });

  it('fails where cloud-init found no datasource', async () => {
    await guest.write('run/cloud-init/result.json', '{"v1": {"datasource": "DataSourceNone", "errors": []}}');
    await expect(runCheck('system.cloud-init', guest)).resolves.toMatchObject({ status: 'fail' });
  });
});

describe('system.failed-units', () => {
  it('names the units that failed and shows what they said', async () => {
    await guest.program(
      'systemctl',
      `case $1 in
        is-system-running) echo degraded; exit 1 ;;
        list-units) echo "ssh.service loaded failed failed OpenBSD Secure Shell server" ;;
        status) echo "sshd: no hostkeys available"; exit 3 ;;
      esac`,
    );
    await expect(runCheck('system.failed-units', guest, { log })).resolves.toMatchObject({
      status: 'fail',
      reason: 'failed: ssh.service',
      figure: '1',
    });
    expect(lines).toEqual(['sshd: no hostkeys available']);
  });

  it('does not count the agent itself', async () => {
    await guest.program(
      'systemctl',
      '[ "$1" = list-units ] && echo "image-manager-agent.service loaded failed failed agent"; exit 0',
    );
    await expect(runCheck('system.failed-units', guest)).resolves.toMatchObject({ status: 'pass' });
  });

  it('fails when the boot does not come to its end', async () => {
    await guest.program('systemctl', '[ "$1" = is-system-running ] && exec /bin/sleep 20; exit 0');
    await expect(runCheck('system.failed-units', guest, { settleLimitMs: 1_000 })).resolves.toMatchObject({
      status: 'fail',
      reason: 'the boot was not over within 1 s',
    });
  });
});

describe('system.machine-id', () => {
  it('fails on an id that came with the image', async () => {
    await age('etc/machine-id');
    await expect(runCheck('system.machine-id', guest)).resolves.toMatchObject({ status: 'fail' });
  });

  it.each(['', 'uninitialized\n'])('fails on no id (%j)', async (text) => {
    await guest.write('etc/machine-id', text);
    await expect(runCheck('system.machine-id', guest)).resolves.toMatchObject({ status: 'fail' });
  });
});

describe('system.ssh-host-keys', () => {
  it('fails on one key that came with the image, and names it', async () => {
    await age('etc/ssh/ssh_host_rsa_key');
    await expect(runCheck('system.ssh-host-keys', guest)).resolves.toMatchObject({
      status: 'fail',
      reason: expect.stringContaining('ssh_host_rsa_key') as string,
    });
  });

  it('fails where sshd has none', async () => {
    await guest.remove('etc/ssh');
    await expect(runCheck('system.ssh-host-keys', guest)).resolves.toMatchObject({ status: 'fail' });
  });

  it('skips where there is no sshd', async () => {
    await guest.remove('etc/ssh');
    await guest.remove('usr/sbin/sshd');
    await expect(runCheck('system.ssh-host-keys', guest)).resolves.toMatchObject({ status: 'skip' });
  });
});

describe('system.hostname', () => {
  it('compares with the metadata before the name the manager gave', async () => {
    const server = { hostname: 'im-7-debian-12.novalocal', publicKeys: [] };
    const expectations = { ...EXPECTATIONS, serverName: 'another' };
    await expect(runCheck('system.hostname', guest, { server, expectations })).resolves.toMatchObject({
      status: 'pass',
    });
  });

  it('makes a hostname of the server name as Nova does', async () => {
    const expectations = { ...EXPECTATIONS, serverName: 'IM 7_Debian-12!' };
    await expect(runCheck('system.hostname', guest, { expectations })).resolves.toMatchObject({
      status: 'pass',
    });
  });

  it('fails on the hostname of the build', async () => {
    await guest.write('proc/sys/kernel/hostname', 'builder\n');
    await expect(runCheck('system.hostname', guest)).resolves.toMatchObject({
      status: 'fail',
      figure: 'builder',
    });
  });
});

describe('system.clock', () => {
  it.each([
    [1_000, 1, 'pass'],
    [-60_000, 1, 'warn'],
    [-60_000, 80_000, 'pass'],
    [3_600_000, 1, 'fail'],
  ])(
    'judges a clock that is %d ms off by an answer that took %d ms: %s',
    async (clockOffsetMs, roundTripMs, status) => {
      const manager = { reached: true as const, address: 'a:1', roundTripMs, clockOffsetMs };
      await expect(runCheck('system.clock', guest, { manager })).resolves.toMatchObject({ status });
    },
  );
});
