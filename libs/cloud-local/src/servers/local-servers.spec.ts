import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { isAlive, type ProcessIdentity } from '../process-identity.js';
import { runProgram } from '../run-program.js';
import { TemporaryCloud } from '../testing/temporary-cloud.js';
import { findServerProcesses } from './server-processes.js';

describe('local servers', () => {
  let temporary: TemporaryCloud;
  beforeEach(async () => {
    temporary = await TemporaryCloud.make();
  });
  afterEach(() => temporary.remove(), 30_000);

  const recordOf = (id: string): string => temporary.path('servers', id, 'server.json');

  async function startServer(): Promise<{ id: string; qemu: ProcessIdentity }> {
    const { id } = await temporary.createServer((await temporary.createImage()).id);
    await temporary.until(id, 'ACTIVE');
    const record = JSON.parse(await readFile(recordOf(id), 'utf8')) as { process: ProcessIdentity };
    return { id, qemu: record.process };
  }

  /** Waits until the server's processor runs; until then QEMU may not even heed signals. */
  async function untilFirmwareSpeaks(id: string): Promise<string> {
    for (;;) {
      const { text } = await temporary.cloud.servers.consoleLog(id, { from: 0 });
      if (text.includes('SeaBIOS')) return text;
      await sleep(20);
    }
  }

  it('says BUILD while a server is being made', async () => {
    const server = await temporary.createServer((await temporary.createImage()).id);
    expect(server.status).toBe('BUILD');
  });

  it('never calls a server broken on its way from BUILD to ACTIVE, however often it is read', async () => {
    const { id } = await temporary.createServer((await temporary.createImage()).id);
    const seen = new Set<string>();
    while (!seen.has('ACTIVE')) {
      seen.add((await temporary.cloud.servers.get(id)).status);
      for (const { status } of await temporary.cloud.servers.list()) seen.add(status);
    }
    expect([...seen]).toEqual(['BUILD', 'ACTIVE']);
  });

  it('adopts the servers of an earlier manager and can delete them', async () => {
    const { id, qemu } = await startServer();
    const before = await temporary.cloud.servers.get(id);
    const { servers } = await temporary.restart();
    expect(await servers.list()).toEqual([before]);
    await servers.delete(id);
    expect(await isAlive(qemu)).toBe(false);
    expect(await findServerProcesses(id)).toEqual([]);
  });

  it('leaves servers running when the manager closes', async () => {
    const { qemu } = await startServer();
    await temporary.cloud.close();
    expect(await isAlive(qemu)).toBe(true);
    const stat = await readFile(`/proc/${qemu.pid}/stat`, 'utf8');
    // Field 6, the session: its own, so that a Ctrl-C in the manager's terminal does not reach it.
    expect(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[3]).toBe(String(qemu.pid));
  });

  it('says that the disk is full, also when there is no room left to record it', async () => {
    const image = await temporary.createImage();
    const servers = temporary.path('servers');
    const page = 4096;
    // Room for the first record and nothing more.
    await runProgram('mount', ['-t', 'tmpfs', '-o', `size=${page}`, 'tmpfs', servers]);
    try {
      const { id } = await temporary.createServer(image.id);
      const { fault, faultOf } = await temporary.until(id, 'ERROR');
      expect(fault).toBe(`The disk of ${servers}/${id} on ${hostname()} is full`);
      expect(faultOf).toEqual({ code: 'NO_CAPACITY', fault: 'host' });
      expect(JSON.parse(await readFile(recordOf(id), 'utf8'))).toMatchObject({ state: 'building' });
      await temporary.cloud.servers.delete(id);
      expect(await temporary.cloud.servers.find(id)).toBeUndefined();
    } finally {
      await runProgram('umount', [servers]);
    }
  });

  it('says ERROR when QEMU was killed', async () => {
    const { id, qemu } = await startServer();
    process.kill(qemu.pid, 'SIGKILL');
    expect(await temporary.until(id, 'ERROR')).toMatchObject({
      fault: expect.stringContaining('QEMU ended unexpectedly'),
    });
  });

  it('says SHUTOFF when QEMU ended in good order', async () => {
    const { id, qemu } = await startServer();
    await untilFirmwareSpeaks(id);
    process.kill(qemu.pid, 'SIGTERM');
    expect((await temporary.until(id, 'SHUTOFF')).fault).toBeUndefined();
  });

  it('does not take a stranger with the same pid for its QEMU', async () => {
    const { id, qemu } = await startServer();
    process.kill(qemu.pid, 'SIGKILL');
    await temporary.until(id, 'ERROR');
    const record = JSON.parse(await readFile(recordOf(id), 'utf8')) as object;
    await writeFile(recordOf(id), JSON.stringify({ ...record, process: { ...qemu, pid: process.pid } }));
    expect((await temporary.cloud.servers.get(id)).status).toBe('ERROR');
    await temporary.cloud.servers.delete(id);
  });

  it('fails a server whose maker died, and ends what that one had started', async () => {
    const { id, qemu } = await startServer();
    const record = JSON.parse(await readFile(recordOf(id), 'utf8')) as object;
    const builder = { pid: 1, startTime: '1', bootId: 'earlier' };
    await writeFile(
      recordOf(id),
      JSON.stringify({ ...record, process: undefined, state: 'building', builder }),
    );
    const { servers } = await temporary.restart();
    expect(await servers.get(id)).toMatchObject({
      status: 'ERROR',
      fault: 'The manager stopped while it was making this server',
    });
    expect(await isAlive(qemu)).toBe(false);
  });

  it('gives up servers that are being made when the manager closes', async () => {
    const { id } = await temporary.createServer((await temporary.createImage()).id);
    await temporary.cloud.close();
    expect(await temporary.cloud.servers.get(id)).toMatchObject({ status: 'ERROR' });
    expect(await findServerProcesses(id)).toEqual([]);
  });

  it('lists the other servers when one record is damaged, and can delete that one', async () => {
    const { id, qemu } = await startServer();
    const lost = randomUUID();
    await mkdir(temporary.path('servers', lost));
    await writeFile(recordOf(lost), '{');
    await writeFile(recordOf(id), '{');
    const { servers } = temporary.cloud;
    expect(await servers.list()).toEqual([]);
    await servers.delete(id);
    await servers.delete(lost);
    expect(await isAlive(qemu)).toBe(false);
    expect(await servers.find(id)).toBeUndefined();
  });

  it('ends a server whose folder somebody removed', async () => {
    const { id, qemu } = await startServer();
    await rm(temporary.path('servers', id), { recursive: true });
    await temporary.cloud.servers.delete(id);
    expect(await isAlive(qemu)).toBe(false);
    expect(await findServerProcesses(id)).toEqual([]);
  });

  it('counts an image as in use while it cannot be told what a damaged server stands on', async () => {
    const image = await temporary.createImage();
    const lost = randomUUID();
    await mkdir(temporary.path('servers', lost));
    await writeFile(recordOf(lost), '{');
    await expect(temporary.cloud.images.delete(image.id)).rejects.toMatchObject({
      code: 'IN_USE',
      message: expect.stringContaining(lost),
    });
    await temporary.cloud.servers.delete(lost);
    await temporary.cloud.images.delete(image.id);
  });

  it('fails a server whose image has a larger disk than the flavor', async () => {
    const large = `${temporary.imageFile}.large`;
    await runProgram('qemu-img', ['create', '-q', '-f', 'qcow2', large, '2G']);
    const { id } = await temporary.createServer((await temporary.createImage(large)).id);
    expect((await temporary.until(id, 'ERROR')).fault).toBe(
      "The image's disk of 2.0 GiB does not fit flavor spec with 1 GiB",
    );
  });

  it('fails a server whose image would read another file of this machine', async () => {
    const overlay = `${temporary.imageFile}.overlay`;
    await runProgram('qemu-img', [
      ...['create', '-q', '-f', 'qcow2', '-F', 'qcow2'],
      ...['-b', temporary.imageFile, overlay],
    ]);
    const { id } = await temporary.createServer((await temporary.createImage(overlay)).id);
    expect((await temporary.until(id, 'ERROR')).fault).toContain('refers to another file');
  });

  it('fails a server whose image is no disk at all', async () => {
    const nonsense = `${temporary.imageFile}.txt`;
    await writeFile(nonsense, 'no disk');
    const { id } = await temporary.createServer((await temporary.createImage(nonsense)).id);
    expect((await temporary.until(id, 'ERROR')).fault).toContain('no qcow2 file');
  });

  it('says what QEMU said when it does not start', async () => {
    await temporary.remove();
    temporary = await TemporaryCloud.make({
      flavor: { name: 'spec', vcpus: 1_000_000, memoryMb: 64, diskGb: 1 },
    });
    const { id } = await temporary.createServer((await temporary.createImage()).id);
    const { fault } = await temporary.until(id, 'ERROR');
    expect(fault).toMatch(/^QEMU did not start: .*(CPU|cpu)/);
  });

  it('starts servers below a folder whose path no socket address could hold', async () => {
    await temporary.remove();
    const deep = await mkdtemp(join(tmpdir(), 'image-manager-deep-'));
    temporary = await TemporaryCloud.make({ directory: join(deep, 'x'.repeat(120), 'with, comma') });
    try {
      await startServer();
    } finally {
      await temporary.remove();
      await rm(deep, { recursive: true });
      temporary = await TemporaryCloud.make();
    }
  });

  it('keeps what holds the token from everybody else', async () => {
    const { id } = await startServer();
    expect((await stat(temporary.path('servers', id))).mode & 0o777).toBe(0o700);
    expect((await stat(temporary.path('servers', id, 'config.iso'))).mode & 0o777).toBe(0o600);
    expect(await readFile(recordOf(id), 'utf8')).not.toContain('secret');
  });

  it('reads the console from a byte on', async () => {
    const { id } = await startServer();
    const { servers } = temporary.cloud;
    const text = await untilFirmwareSpeaks(id);
    const at = text.indexOf('BIOS');
    const rest = await servers.consoleLog(id, { from: at });
    expect(rest.offset).toBe(at);
    expect(rest.text.startsWith('BIOS')).toBe(true);
  });
});
