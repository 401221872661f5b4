import { readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { Injectable } from '@nestjs/common';
import { ConfigService } from '@nestjs/config';
import { OPENSTACK_VARIABLES, type OpenStackEnvironment } from '@image-manager/cloud-openstack';
import type { DibSettings } from '@image-manager/disk-image-builder';
import { ConfigurationError, type Environment } from './config.schema.js';
import { WORKSPACE_ROOT } from './workspace-root.js';

export interface Address {
  host: string;
  port: number;
}

/** The validated configuration, typed and with absolute paths. Nothing else reads the environment. */
@Injectable()
export class AppConfig {
  readonly http: Address;
  readonly credentials: { username: string; password: string };
  readonly grpc: Address;
  readonly storagePath: string;
  readonly distrosPath: string;
  readonly elementsPath: string;
  readonly agentBinary: string;
  readonly maxConcurrentBuilds: number;
  /** Clouds that one build goes through at the same time. */
  readonly maxParallelClouds: number;
  readonly localFlavor: { name: string; vcpus: number; memoryMb: number; diskGb: number };
  readonly dib: DibSettings;
  /** `auto`: only when no OpenStack is configured. */
  readonly localCloud: 'auto' | 'on' | 'off';
  readonly openStack: OpenStackEnvironment;
  /** An upload that does not move this long is given up; milliseconds. */
  readonly uploadStallMs: number;
  /** host:port under which test servers reach us where the cloud does not say itself. */
  readonly grpcPublicAddress: string | undefined;

  constructor(config: ConfigService<Environment, true>) {
    const get = <K extends keyof Environment>(name: K): Environment[K] => config.get(name, { infer: true });
    this.http = parseAddress(get('HTTP_ADDRESS'));
    this.credentials = { username: get('HTTP_USERNAME'), password: get('HTTP_PASSWORD') };
    this.grpc = parseAddress(get('GRPC_ADDRESS'));
    this.storagePath = absolute(get('STORAGE_PATH'));
    this.distrosPath = absolute(get('DISTROS_PATH'));
    this.elementsPath = absolute(get('ELEMENTS_PATH'));
    this.agentBinary = absolute(get('AGENT_BINARY'));
    this.maxConcurrentBuilds = get('MAX_CONCURRENT_BUILDS');
    this.maxParallelClouds = get('MAX_PARALLEL_CLOUDS');
    this.localFlavor = {
      name: 'local',
      vcpus: get('LOCAL_FLAVOR_VCPUS'),
      memoryMb: get('LOCAL_FLAVOR_MEMORY_MB'),
      diskGb: get('LOCAL_FLAVOR_DISK_GB'),
    };
    this.localCloud = get('LOCAL_CLOUD');
    this.uploadStallMs = get('OPENSTACK_UPLOAD_STALL_S') * 1000;
    this.grpcPublicAddress = get('GRPC_PUBLIC_ADDRESS');
    this.openStack = Object.fromEntries(
      OPENSTACK_VARIABLES.map((name) => [name, get(name)]).filter(
        // What is there but empty counts as not set, and Nest reads the environment by itself as well.
        ([, value]) => value !== undefined && value !== '',
      ),
    ) as OpenStackEnvironment;
    const sshKey = get('SSH_INJECT_KEY');
    this.dib = {
      compression: 'zstd',
      ...given('distributionMirror', get('DIB_DISTRIBUTION_MIRROR')),
      ...given('securityMirror', get('DIB_SECURITY_MIRROR')),
      ...given('ubuntuMirror', get('DIB_UBUNTU_MIRROR')),
      ...given('httpProxy', get('DIB_HTTP_PROXY')),
      ...given('httpsProxy', get('DIB_HTTPS_PROXY')),
      ...given('noProxy', get('DIB_NO_PROXY')),
      ...given('aptKeyring', get('DIB_APT_KEYRING')),
      ...given('sshInjectKey', sshKey === undefined ? undefined : publicKey(sshKey)),
    };
  }

  inStorage(...parts: string[]): string {
    return join(this.storagePath, ...parts);
  }
}

/** A property only where there is a value for it. */
function given<K extends keyof DibSettings>(
  name: K,
  value: DibSettings[K],
): Pick<DibSettings, K> | undefined {
  return value === undefined ? undefined : ({ [name]: value } as Pick<DibSettings, K>);
}

function absolute(path: string): string {
  return resolve(WORKSPACE_ROOT, path);
}

function parseAddress(text: string): Address {
  const colon = text.lastIndexOf(':');
  return { host: text.slice(0, colon).replace(/^\[|\]$/g, ''), port: Number(text.slice(colon + 1)) };
}

/** SSH_INJECT_KEY is a public key itself or the path of one. */
function publicKey(value: string): string {
  const isKey = (text: string) => /^(ssh-|ecdsa-|sk-)\S+ \S+/.test(text);
  if (isKey(value)) return value.trim();
  let text: string;
  try {
    text = readFileSync(absolute(value), 'utf8').trim();
  } catch {
    throw new ConfigurationError([
      `SSH_INJECT_KEY is neither a public key nor the path of a readable file (looked below ${dirname(absolute(value))})`,
    ]);
  }
  if (!isKey(text)) throw new ConfigurationError(['SSH_INJECT_KEY names a file that holds no public key']);
  return text;
}
