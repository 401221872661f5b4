import type { OpenStackCredentials } from './session/credentials.js';
import type { RetryPolicy } from './session/retry.js';

/** Where a person sets what a cloud needs beside credentials, for messages. */
export interface SettingsOrigin {
  flavor: string;
  network: string;
  keypair: string;
  securityGroups: string;
  availabilityZone: string;
  managerAddress: string;
}

export interface OpenStackCloudOptions {
  /** The name under which the cloud is configured. */
  name: string;
  credentials: OpenStackCredentials;
  /** Flavor of test servers, by id or name. */
  flavor?: string;
  /** Their network, by id or name; absent: Nova chooses the project's only one. */
  network?: string;
  keypair?: string;
  /** By name or id; empty: the project's default. */
  securityGroups?: string[];
  availabilityZone?: string;
  /** Whether settings reach servers on a config drive; true if absent: it needs no metadata service. */
  configDrive?: boolean;
  /** host:port under which servers of this cloud reach the manager. */
  managerAddress?: string;
  /** An upload that does not move this long is given up; milliseconds. */
  uploadStallMs?: number;
  retry?: RetryPolicy;
  /** How long one answer may take; uploads have the stall instead. Milliseconds. */
  answerTimeoutMs?: number;
  origin: SettingsOrigin;
}

/** The options with every default filled in. */
export interface OpenStackSettings {
  name: string;
  authUrl: string;
  region: string | undefined;
  keypair: string | undefined;
  securityGroups: string[];
  availabilityZone: string | undefined;
  configDrive: boolean;
  managerAddress: string | undefined;
  uploadStallMs: number;
  origin: SettingsOrigin;
}

export function settingsOf(options: OpenStackCloudOptions): OpenStackSettings {
  return {
    name: options.name,
    authUrl: options.credentials.authUrl,
    region: options.credentials.region,
    keypair: options.keypair,
    securityGroups: options.securityGroups ?? [],
    availabilityZone: options.availabilityZone,
    configDrive: options.configDrive ?? true,
    managerAddress: options.managerAddress,
    uploadStallMs: options.uploadStallMs ?? 60_000,
    origin: options.origin,
  };
}
