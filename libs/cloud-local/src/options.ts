import type { CloudFlavor } from '@image-manager/cloud';

/** The size of a test server where nobody says otherwise: a small one, as most clouds have it. */
export const DEFAULT_FLAVOR: CloudFlavor = { name: 'local.small', vcpus: 2, memoryMb: 1024, diskGb: 5 };

export interface LocalCloudOptions {
  /** Absolute path; `images/` and `servers/` are made below it. */
  directory: string;
  /** The size of test servers; {@link DEFAULT_FLAVOR} if absent. */
  flavor?: CloudFlavor;
  /** Where the manager's gRPC listens on this machine: the one place that a server's network leads to. */
  grpcTarget: { host: string; port: number };
  /** Programs, by name or path; Debian's names if absent. */
  qemu?: { binary?: string; imgBinary?: string };
  /** How the accelerator is chosen. `tcg` skips the probe. */
  probe?: { timeoutMs?: number; accelerator?: 'probe' | 'tcg' };
  /** Hears what a person may want to know: damaged folders, the probe's outcome. */
  log?: LocalCloudLog;
}

export type LocalCloudLog = (message: string, details?: Record<string, unknown>) => void;

/** The options with every default filled in. */
export interface LocalCloudSettings {
  directory: string;
  flavor: CloudFlavor;
  grpcTarget: { host: string; port: number };
  qemuBinary: string;
  qemuImgBinary: string;
  probeTimeoutMs: number;
  accelerator: 'probe' | 'tcg';
  log: LocalCloudLog;
}

export function settingsOf(options: LocalCloudOptions): LocalCloudSettings {
  return {
    directory: options.directory,
    flavor: options.flavor ?? DEFAULT_FLAVOR,
    grpcTarget: options.grpcTarget,
    qemuBinary: options.qemu?.binary ?? 'qemu-system-x86_64',
    qemuImgBinary: options.qemu?.imgBinary ?? 'qemu-img',
    probeTimeoutMs: options.probe?.timeoutMs ?? 30_000,
    accelerator: options.probe?.accelerator ?? 'probe',
    log: options.log ?? (() => undefined),
  };
}
