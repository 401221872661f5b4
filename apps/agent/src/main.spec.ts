import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readConsoleReport } from '@image-manager/agent-contract';
import { ALL_CHECKS } from './checks/registry.js';
import { Guest } from './testing/guest.js';
import { makeCertificate, TestManager, type TestManagerOptions } from './testing/test-manager.js';

const BUNDLE = join(import.meta.dirname, '../../../dist/apps/agent/agent.cjs');

const EXPECTATIONS = {
  osId: 'debian',
  osVersion: '12',
  serverName: 'im-7-debian-12',
  diskGib: 1,
  users: ['debian'],
  injectedKeys: ['ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGluamVjdGVkLW9uLXB1cnBvc2UtZm9yLXRlc3Rz injected'],
};

let guest: Guest;
let scratch: string;
let manager: TestManager | undefined;
const children: ChildProcess[] = [];

beforeEach(async () => {
  guest = await Guest.make();
  scratch = await mkdtemp(join(tmpdir(), 'image-manager-agent-'));
});
afterEach(async () => {
  manager?.stop();
  manager = undefined;
  await guest.remove();
  await rm(scratch, { recursive: true });
});

async function startManager(options: Partial<TestManagerOptions> = {}): Promise<TestManager> {
  manager = await TestManager.start({
    certificate: await makeCertificate(),
    expectations: EXPECTATIONS,
    ...options,
  });
  return manager;
}

async function settingsFile(settings: object): Promise<string> {
  const path = join(scratch, 'agent.json');
  await writeFile(path, JSON.stringify(settings));
  return path;
}

/** The program as it is shipped, but for Node around it. */
function start(...args: string[]): Promise<{ code: number | null; output: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [BUNDLE, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
    children.push(child);
    let output = '';
    const collect = (chunk: Buffer): void => {
      output += chunk.toString();
    };
    child.stdout.on('data', collect);
    child.stderr.on('data', collect);
    child.once('error', reject);
    child.once('close', (code) => {
      resolve({ code, output });
    });
  });
}

describe('image-manager-agent', () => {
  it('finds nothing wrong with a faultless server and powers it off when told to', async () => {
    const it = await startManager({ instructions: [{ instruction: 'INSTRUCTION_SHUTDOWN' }] });

    const { code, output } = await start(
      '--settings',
      await settingsFile(it.settings()),
      '--root',
      guest.root,
    );

    expect(output).not.toContain(it.token);
    expect(code).toBe(0);
    const checks = it.reports[0]?.checks ?? [];
    expect(checks.map(({ name }) => name)).toEqual(ALL_CHECKS.map(({ name }) => name));
    // The network's state is that of the machine the test runs on.
    const faults = checks.filter(
      ({ name, status }) => !name.startsWith('network.') && status !== 'CHECK_STATUS_PASS',
    );
    expect(faults).toEqual([]);
    expect(it.reports[0]?.packages).toContainEqual({
      name: 'libc6:i386',
      version: '2.36-9+deb12u9',
      architecture: 'i386',
    });
    expect(it.reports[0]?.packages).toHaveLength(4);
    expect(it.reports[0]?.timing).toMatchObject({
      kernelMs: 2000,
      initrdMs: 3000,
      userspaceMs: 10_000,
      cloudInitMs: 5500,
    });
    expect(await readFile(join(guest.root, 'run/systemctl.log'), 'utf8')).toContain('poweroff');
  });

  it('keeps its nonce for the next start', async () => {
    const it = await startManager();
    const settings = await settingsFile(it.settings());

    await start('--settings', settings, '--root', guest.root);
    await start('--settings', settings, '--root', guest.root);

    expect(it.registrations).toHaveLength(2);
    expect(it.registrations[1]?.nonce).toBe(it.registrations[0]?.nonce);
  });

  it('does not power off in a dry run', async () => {
    const it = await startManager({ instructions: [{ instruction: 'INSTRUCTION_SHUTDOWN' }] });

    const { code } = await start(
      '--dry-run',
      '--settings',
      await settingsFile(it.settings()),
      '--root',
      guest.root,
    );

    expect(code).toBe(0);
    expect(await readFile(join(guest.root, 'run/systemctl.log'), 'utf8')).not.toContain('poweroff');
  });

  it('prints a report that verifies on the serial console when it does not reach the manager', async () => {
    const it = await startManager();
    const settings = it.settings();
    it.stop();
    await guest.write('sys/class/tty/console/active', 'tty0 ttyS0\n');
    await guest.write('dev/ttyS0', 'login: ');

    const options = ['--root', guest.root, '--connect-window', '1', '--server-id', 'server-9'];
    const { code } = await start('--settings', await settingsFile(settings), ...options);

    expect(code).toBe(5);
    const text = await readFile(join(guest.root, 'dev/ttyS0'), 'utf8');
    const reading = readConsoleReport(text, { ...settings, serverId: 'server-9' });
    expect(reading).toMatchObject({
      outcome: 'report',
      report: { kernelRelease: '6.1.0-28-cloud-amd64', timing: { kernelMs: 2000 } },
    });
    const checks = reading.outcome === 'report' ? reading.report.checks : [];
    expect(checks.map(({ name }) => name)).toEqual(ALL_CHECKS.map(({ name }) => name));
    expect(checks.find(({ name }) => name === 'network.manager')?.status).toBe('fail');
  });

  it('ends with status 3 when it is refused', async () => {
    const it = await startManager();

    const settings = await settingsFile(it.settings({ token: 'stolen' }));
    await expect(start('--dry-run', '--settings', settings)).resolves.toMatchObject({ code: 3 });
  });

  it('ends with status 4 and names the field when its settings are damaged', async () => {
    const ended = await start('--dry-run', '--settings', await settingsFile({ token: 'it' }));

    expect(ended).toMatchObject({ code: 4, output: expect.stringContaining('managerAddress') as string });
  });

  it('dies of the signal that stops it', async () => {
    const it = await startManager();
    const settings = it.settings();
    it.stop();

    const ended = start('--dry-run', '--settings', await settingsFile(settings));
    const child = children.at(-1)!;
    child.stdout?.on('data', (chunk: Buffer) => {
      if (chunk.toString().includes('again in')) child.kill('SIGTERM');
    });

    await expect(ended).resolves.toMatchObject({
      code: null,
      output: expect.stringContaining('stopped by SIGTERM') as string,
    });
  });

  it('refuses arguments it does not know', async () => {
    await expect(start('--frobnicate')).resolves.toMatchObject({ code: 2 });
  });
});
