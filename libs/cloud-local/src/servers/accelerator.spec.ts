import { chmod, mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { randomUUID } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { CloudImage } from '@image-manager/cloud';
import { settingsOf } from '../options.js';
import { AcceleratorChoice, type ProbeSubject } from './accelerator.js';
import { findServerProcesses } from './server-processes.js';

/** A program in QEMU's place: it notes that it was called and plays a guest. */
const GUEST = {
  boots: 'echo "[    1.0] Run /init as init process" > probe-console.log; exec sleep 60',
  hangs: 'echo "[    0.0] Linux version 6.1" > probe-console.log; exec sleep 60',
  hangsAfterGrub: 'printf "Welcome to GRUB!\\n\\n" > probe-console.log; exec sleep 60',
  hasNoBootLoader: 'printf "SeaBIOS\\r\\nBooting from Hard Disk...\\r\\n" > probe-console.log; exec sleep 60',
  nothingToBoot: 'printf "Boot failed\\r\\n\\nNo bootable device.\\r\\n" > probe-console.log; exec sleep 60',
  aborts: 'echo "failed to set MSR 0x10a" >&2; exit 134',
} as const;

describe('accelerator', () => {
  let directory = '';
  let subject: ProbeSubject;
  const signal = new AbortController().signal;

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'image-manager-probe-'));
    subject = {
      serverId: randomUUID(),
      folder: join(directory, 'server'),
      image: { properties: { os_distro: 'debian', os_version: '12' } } as unknown as CloudImage,
      imageFile: join(directory, 'image'),
    };
    await mkdir(subject.folder);
    await writeFile(join(directory, 'kvm'), '');
  });
  afterEach(() => rm(directory, { recursive: true }));

  async function choiceFor(
    guest: keyof typeof GUEST,
    { version = '7.2', timeoutMs = 500 } = {},
  ): Promise<AcceleratorChoice> {
    const binary = join(directory, 'qemu');
    const lines = [
      '#!/bin/sh',
      `[ "$1" = --version ] && { echo "QEMU emulator version ${version}"; exit; }`,
      `echo called >> ${directory}/calls`,
      GUEST[guest],
    ];
    await writeFile(binary, `${lines.join('\n')}\n`);
    await chmod(binary, 0o755);
    return new AcceleratorChoice(
      settingsOf({
        directory,
        grpcTarget: { host: '127.0.0.1', port: 1 },
        qemu: { binary },
        probe: { timeoutMs },
      }),
      join(directory, 'kvm'),
    );
  }

  async function calls(): Promise<number> {
    const text = await readFile(join(directory, 'calls'), 'utf8').catch(() => '');
    return text.split('\n').length - 1;
  }

  it('takes KVM when the image reaches user space, and leaves nothing of the probe', async () => {
    const choice = await choiceFor('boots');
    expect(await choice.choose(subject, signal)).toBe('kvm');
    expect(await choice.findings()).toEqual([{ code: 'KVM_BOOTS', guest: 'debian 12' }]);
    expect(await findServerProcesses(subject.serverId)).toEqual([]);
    expect(await readdir(subject.folder)).toEqual([]);
  });

  it('emulates when the guest hangs under KVM', async () => {
    expect(await (await choiceFor('hangs')).choose(subject, signal)).toBe('tcg');
    expect(await findServerProcesses(subject.serverId)).toEqual([]);
  });

  it('does not take the boot loader’s welcome for user space', async () => {
    expect(await (await choiceFor('hangsAfterGrub')).choose(subject, signal)).toBe('tcg');
  });

  it('learns nothing about KVM from an image without a boot loader', async () => {
    const choice = await choiceFor('hasNoBootLoader');
    expect(await choice.choose(subject, signal)).toBe('tcg');
    expect(await choice.findings()).toEqual([{ code: 'NOT_PROBED' }]);
    expect(await choice.choose(subject, signal)).toBe('tcg');
    expect(await calls()).toBe(1);
    const next = { ...subject, image: { ...subject.image, id: 'with a boot loader' } };
    expect(await (await choiceFor('boots')).choose(next, signal)).toBe('kvm');
  });

  it('waits no longer once the firmware says that there is nothing to boot', async () => {
    const choice = await choiceFor('nothingToBoot', { timeoutMs: 60_000 });
    expect(await choice.choose(subject, signal)).toBe('tcg');
    expect(await choice.findings()).toEqual([{ code: 'NOT_PROBED' }]);
  });

  it('emulates at once when QEMU aborts under KVM, and says why', async () => {
    const choice = await choiceFor('aborts');
    expect(await choice.choose(subject, signal)).toBe('tcg');
    expect(await choice.findings()).toEqual([
      { code: 'KVM_FAILS', guest: 'debian 12', reason: 'QEMU ended under KVM: failed to set MSR 0x10a' },
    ]);
  });

  it('asks once for several servers, also after a restart, and anew for another QEMU', async () => {
    const choice = await choiceFor('aborts');
    await Promise.all([choice.choose(subject, signal), choice.choose(subject, signal)]);
    await (await choiceFor('aborts')).choose(subject, signal);
    expect(await calls()).toBe(1);
    await (await choiceFor('aborts', { version: '8.0' })).choose(subject, signal);
    expect(await calls()).toBe(2);
  });

  it('asks anew when the remembered answers are damaged', async () => {
    await writeFile(join(directory, 'accelerators.json'), '{');
    expect(await (await choiceFor('boots')).choose(subject, signal)).toBe('kvm');
  });

  it('ends the probe and remembers nothing when it is cancelled', async () => {
    const choice = await choiceFor('hangs');
    const cancel = AbortSignal.timeout(100);
    await expect(choice.choose(subject, cancel)).rejects.toMatchObject({ code: 'CANCELLED' });
    expect(await findServerProcesses(subject.serverId)).toEqual([]);
    expect(await choice.findings()).toEqual([{ code: 'NOT_PROBED' }]);
  });

  it('emulates without a probe where KVM does not open', async () => {
    await rm(join(directory, 'kvm'));
    const choice = await choiceFor('boots');
    expect(await choice.choose(subject, signal)).toBe('tcg');
    expect(await choice.findings()).toEqual([{ code: 'KVM_CLOSED' }]);
    expect(await calls()).toBe(0);
  });
});
