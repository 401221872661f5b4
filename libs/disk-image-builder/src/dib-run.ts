import type { DistroDefinition } from '@image-manager/contracts';

/** What the operator's configuration says about builds. Every field is optional: DIB's own defaults hold otherwise. */
export interface DibSettings {
  /** Debian's archive. */
  distributionMirror?: string;
  /** Debian's security archive; the path usually ends in `debian-security`. */
  securityMirror?: string;
  /** Ubuntu's archive. */
  ubuntuMirror?: string;
  httpProxy?: string;
  httpsProxy?: string;
  noProxy?: string;
  /** Binary OpenPGP keyring trusted for the archives, beside the one that the host has for the distribution. */
  aptKeyring?: string;
  /** Public key text that the image's first user accepts. */
  sshInjectKey?: string;
  /** Of the qcow2; zstd (default) takes a sixth of zlib's time and needs QEMU 5.1 where the image boots. */
  compression?: 'zlib' | 'zstd';
}

/** Everything that one run of disk-image-create depends on. */
export interface DibRunSpec {
  definition: DistroDefinition;
  buildId: number;
  extraPackages: string[];
  extraArguments: string[];
  /** Absolute, exclusively this build's, exists; no blanks in its path, DIB does not quote. */
  workDirectory: string;
  /** Where builds keep package caches, each definition in a folder of its own; default: `cache` beside the work directory. */
  cacheDirectory?: string;
  elementsDirectory: string;
  agentBinary: string;
  settings: DibSettings;
  /** The Node that runs the supervisor. */
  nodePath: string;
}

/** A running build as the ledger remembers it. */
export interface DibHandle {
  /** Of the supervisor, which leads the session and the process group. */
  pid: number;
  /** Field 22 of /proc/<pid>/stat: with the pid it names one process of this boot. */
  startTime: string;
  workDirectory: string;
}
