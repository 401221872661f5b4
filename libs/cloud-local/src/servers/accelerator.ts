import { constants } from 'node:fs';
import { access, readFile, rm } from 'node:fs/promises';
import { cpus, release } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { KeyedLock } from '@image-manager/cloud';
import type { CloudImage } from '@image-manager/cloud';
import type { AcceleratorFinding } from '@image-manager/contracts';
import { z } from 'zod';
import { cancelled, throwIfCancelled } from '../cancellation.js';
import { endProcesses } from '../end-processes.js';
import { DamagedFileError, isMissing, readJsonFile, writeJsonFile } from '../json-file.js';
import type { LocalCloudSettings } from '../options.js';
import { machineArguments, type Accelerator } from './qemu-arguments.js';
import { qemuVersion } from './qemu-version.js';
import { startQemu } from './qemu-process.js';

const answersSchema = z.strictObject({
  format: z.literal(1),
  /** By host kernel, QEMU version, processor and guest system. */
  answers: z.record(
    z.string(),
    z.strictObject({ accelerator: z.enum(['kvm', 'tcg']), reason: z.string(), at: z.iso.datetime() }),
  ),
});
type Answers = z.infer<typeof answersSchema>['answers'];

/**
 * What a Linux guest prints once its kernel has come as far as user space. A kernel that is told to be `quiet` hides
 * the first two; systemd's welcome or the login prompt shows then.
 */
const USERSPACE_MARKER = /Run \/\S+ as init process|systemd\[1\]:|Welcome to (?!GRUB)|login:/;
/** SeaBIOS's last words where no boot loader follows: then it is the image that does not boot, under KVM or not. */
const NOTHING_BOOTABLE = /No bootable device[^\n]*\s*$/;
/** A boot sector that says nothing more; it may yet go on. */
const BOOT_SECTOR_SILENT = /Booting from [^\n]*\s*$/;
const NO_BOOT_LOADER = 'the image has no boot loader';
/** Begins the key of what is known of one image's bytes alone. */
const BYTES = 'bytes ';
const POLL_MS = 100;

const PROBE_FILES = { console: 'probe-console.log', log: 'probe-qemu.log' } as const;

export interface ProbeSubject {
  serverId: string;
  /** The server's folder. */
  folder: string;
  image: CloudImage;
  imageFile: string;
}

/**
 * Decides between KVM and emulation. That /dev/kvm opens says little: on some paravirtual hosts `-cpu host` aborts, on
 * others firmware and toy guests run and a stock kernel hangs. So the very image is booted once under KVM, on a
 * snapshot, until it reaches user space; the answer is kept in `accelerators.json` for the host's kernel, processor and
 * QEMU version and the guest's system. Remove that file to have it asked again.
 */
export class AcceleratorChoice {
  private readonly file: string;
  private readonly lock = new KeyedLock();

  constructor(
    private readonly settings: LocalCloudSettings,
    private readonly kvmDevice = '/dev/kvm',
  ) {
    this.file = join(settings.directory, 'accelerators.json');
  }

  /** @throws CloudError CANCELLED; what the probe finds is never an error. */
  async choose(subject: ProbeSubject, signal: AbortSignal): Promise<Accelerator> {
    if (this.settings.accelerator === 'tcg' || !(await this.kvmOpens())) return 'tcg';
    const key = await this.keyOf(subject.image);
    const bytesKey = await this.bytesKeyOf(subject.image);
    return this.lock.run(key, async () => {
      throwIfCancelled(signal, 'The probe of KVM');
      const answers = await this.answers();
      const known = answers[key] ?? answers[bytesKey];
      if (known) return known.accelerator;
      const reason = await this.probe(subject, signal);
      if (reason === NO_BOOT_LOADER) {
        // It tells nothing about KVM, and the same bytes never will.
        this.settings.log('The image has no boot loader, so it does not tell whether KVM does', { key });
        await this.remember(bytesKey, { accelerator: 'tcg', reason, at: new Date().toISOString() });
        return 'tcg';
      }
      const accelerator = reason === undefined ? 'kvm' : 'tcg';
      this.settings.log(`Servers run with ${accelerator}`, { key, reason });
      await this.remember(key, {
        accelerator,
        reason: reason ?? 'reached user space',
        at: new Date().toISOString(),
      });
      return accelerator;
    });
  }

  /** What is known about this machine, never nothing. */
  async findings(): Promise<AcceleratorFinding[]> {
    if (this.settings.accelerator === 'tcg') return [{ code: 'CONFIGURED' }];
    if (!(await this.kvmOpens())) return [{ code: 'KVM_CLOSED' }];
    const host = await this.hostKey();
    const known = Object.entries(await this.answers()).filter(
      ([key]) => key.startsWith(host) && !key.startsWith(`${host}${BYTES}`),
    );
    if (known.length === 0) return [{ code: 'NOT_PROBED' }];
    return known.map(([key, { accelerator, reason }]) => {
      const guest = key.slice(host.length);
      return accelerator === 'kvm' ? { code: 'KVM_BOOTS', guest } : { code: 'KVM_FAILS', guest, reason };
    });
  }

  /** @returns why KVM does not do, or undefined when it does. */
  private async probe(subject: ProbeSubject, signal: AbortSignal): Promise<string | undefined> {
    const { serverId, folder, image, imageFile } = subject;
    const console = join(folder, PROBE_FILES.console);
    const args = [
      ...machineArguments(
        { serverId, flavor: this.settings.flavor, accelerator: 'kvm' },
        PROBE_FILES.console,
      ),
      '-no-reboot',
      ...[
        '-drive',
        `if=none,id=disk,file=${imageFile.replaceAll(',', ',,')},format=${image.diskFormat},snapshot=on`,
      ],
      ...['-device', 'virtio-blk-pci,drive=disk,bootindex=0'],
    ];
    const qemu = await startQemu(this.settings.qemuBinary, args, folder, PROBE_FILES.log);
    try {
      const deadline = performance.now() + this.settings.probeTimeoutMs;
      for (;;) {
        const text = await readConsoleText(console);
        if (USERSPACE_MARKER.test(text)) return undefined;
        if (NOTHING_BOOTABLE.test(text)) return NO_BOOT_LOADER;
        if (qemu.ended) return `QEMU ended under KVM: ${await qemu.words()}`;
        if (performance.now() >= deadline) {
          if (BOOT_SECTOR_SILENT.test(text)) return NO_BOOT_LOADER;
          return `under KVM the guest does not reach user space within ${Math.round(this.settings.probeTimeoutMs / 1000)} s`;
        }
        await sleep(POLL_MS, undefined, { signal }).catch(() => {
          throw cancelled(signal, 'The probe of KVM');
        });
      }
    } finally {
      await endProcesses(qemu.identity ? [qemu.identity] : [], 0);
      await Promise.all(Object.values(PROBE_FILES).map((name) => rm(join(folder, name), { force: true })));
    }
  }

  private async kvmOpens(): Promise<boolean> {
    return access(this.kvmDevice, constants.R_OK | constants.W_OK).then(
      () => true,
      () => false,
    );
  }

  private async keyOf(image: CloudImage): Promise<string> {
    const { os_distro: distro, os_version: version } = image.properties;
    const guest = distro && version ? `${distro} ${version}` : (image.hash?.value.slice(0, 16) ?? image.id);
    return `${await this.hostKey()}${guest}`;
  }

  private async bytesKeyOf(image: CloudImage): Promise<string> {
    return `${await this.hostKey()}${BYTES}${image.hash?.value.slice(0, 16) ?? image.id}`;
  }

  private async hostKey(): Promise<string> {
    const version = await qemuVersion(this.settings.qemuBinary);
    return `${release()} | ${version} | ${cpus()[0]?.model ?? 'unknown'} | `;
  }

  private async answers(): Promise<Answers> {
    try {
      return (await readJsonFile(this.file, answersSchema))?.answers ?? {};
    } catch (error) {
      if (!(error instanceof DamagedFileError)) throw error;
      this.settings.log('The remembered accelerators are damaged and are probed anew', { file: this.file });
      return {};
    }
  }

  private async remember(key: string, answer: Answers[string]): Promise<void> {
    await writeJsonFile(this.file, { format: 1, answers: { ...(await this.answers()), [key]: answer } });
  }
}

async function readConsoleText(path: string): Promise<string> {
  return readFile(path, 'utf8').catch((error: unknown) => {
    if (isMissing(error)) return '';
    throw error;
  });
}
