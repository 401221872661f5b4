import { dirname, join } from 'node:path';
import type { DibRunSpec } from './dib-run.js';
import { compareVersions } from './dib-installation.js';
import type { HostFacts } from './host-facts.js';
import { SYSTEM_PATH } from './run-command.js';
import { addedKeysPath, keyringPath, mapperLinksPath, temporaryPath } from './work-files.js';

/** Marks every process of a build, so that a sweep finds those that left group and session. */
export const WORK_DIRECTORY_VARIABLE = 'IMAGE_MANAGER_WORK_DIRECTORY';

/**
 * Whether debian-minimal of this DIB would write `<release>/updates`, which archives have not had since Debian 11.
 * Source: its environment.d in the releases 3.13.0 (bullseye alone is right), 3.14.0 to 3.39.0 (a list of releases) and
 * 3.40.0 (all).
 */
function lacksSecuritySuite(dibVersion: string, release: string): boolean {
  if (compareVersions(dibVersion, '3.40.0') >= 0) return false;
  const known = ['bullseye'];
  if (compareVersions(dibVersion, '3.14.0') >= 0) known.push('bookworm', 'stable', 'testing');
  return !known.includes(release);
}

const STAND_INS = join(import.meta.dirname, '..', 'stand-ins');

/**
 * Where a build keeps what later builds of the same definition use again. Not shared further: apt locks its archives, and
 * of one definition only one build runs at a time.
 */
export function cacheDirectory(spec: DibRunSpec): string {
  return join(spec.cacheDirectory ?? join(dirname(spec.workDirectory), 'cache'), spec.definition.id);
}

/** Stand-ins first, and only those that this host needs. */
export function searchPath(host: HostFacts): string {
  const standIns = [
    ...(host.root ? [join(STAND_INS, 'root')] : []),
    ...(host.deviceMapper ? [] : [join(STAND_INS, 'no-device-mapper')]),
  ];
  const own = host.dib ? dirname(host.dib.program) : undefined;
  const system = SYSTEM_PATH.split(':');
  return [...standIns, ...(own && !system.includes(own) ? [own] : []), ...system].join(':');
}

/**
 * The whole environment of a build: nothing of ours or the operator's reaches DIB, and through it the image's chroot,
 * unless it is named here. Later entries win over the definition's own.
 */
export function dibEnvironment(spec: DibRunSpec, host: HostFacts): Record<string, string> {
  const { definition, settings, workDirectory } = spec;
  const cache = cacheDirectory(spec);
  return {
    DIB_GRUB_TIMEOUT: '1',
    DIB_BOOTLOADER_SERIAL_CONSOLE: 'ttyS0,115200',
    ...definition.dib.environment,
    PATH: searchPath(host),
    HOME: process.env['HOME'] ?? '/root',
    USER: process.env['USER'] ?? 'root',
    LC_ALL: 'C',
    // There is nobody to ask, and debconf would say so at length.
    DEBIAN_FRONTEND: 'noninteractive',
    // DIB's Python tools hold back minutes of apt's output otherwise.
    PYTHONUNBUFFERED: '1',
    TMPDIR: temporaryPath(workDirectory),
    TMP_DIR: temporaryPath(workDirectory),
    ELEMENTS_PATH: spec.elementsDirectory,
    DIB_RELEASE: definition.release,
    DIB_IMAGE_CACHE: join(cache, 'images'),
    DIB_LOCKFILES: join(cache, 'locks'),
    DIB_NO_TIMESTAMP: '1',
    DIB_IMAGE_MANAGER_AGENT: spec.agentBinary,
    DIB_IMAGE_MANAGER_USERS: JSON.stringify(definition.users),
    DIB_IMAGE_MANAGER_SSH_PASSWORD_LOGIN: definition.ssh.passwordLogin ? '1' : '0',
    DIB_IMAGE_MANAGER_SSH_ROOT_LOGIN: definition.ssh.rootLogin ? '1' : '0',
    ...(settings.sshInjectKey && { DIB_IMAGE_MANAGER_SSH_KEY: settings.sshInjectKey.trim() }),
    ...archiveEnvironment(spec, host),
    ...proxyEnvironment(spec),
    [WORK_DIRECTORY_VARIABLE]: workDirectory,
    IMAGE_MANAGER_MAPPER_LINKS: mapperLinksPath(workDirectory),
  };
}

function archiveEnvironment(spec: DibRunSpec, host: HostFacts): Record<string, string> {
  const { definition, settings } = spec;
  const environment: Record<string, string> = {};
  const bootstrap = [definition.dib.environment['DIB_DEBOOTSTRAP_EXTRA_ARGS']];
  // Without it debootstrap only warns when it has no keyring, and builds from unsigned packages.
  if (definition.signedArchive) bootstrap.push('--force-check-gpg');
  if (settings.aptKeyring) {
    // Not DIB_APT_KEYRING: that runs apt-key in a tree that has no gnupg yet.
    bootstrap.push(`--keyring=${keyringPath(spec.workDirectory)}`);
    environment['DIB_ADD_APT_KEYS'] = addedKeysPath(spec.workDirectory);
  }
  const extra = bootstrap.filter((argument) => argument).join(' ');
  if (extra) environment['DIB_DEBOOTSTRAP_EXTRA_ARGS'] = extra;

  if (definition.family === 'ubuntu') {
    if (settings.ubuntuMirror) environment['DIB_DISTRIBUTION_MIRROR'] = settings.ubuntuMirror;
    return environment;
  }
  if (settings.distributionMirror) environment['DIB_DISTRIBUTION_MIRROR'] = settings.distributionMirror;
  if (settings.securityMirror) environment['DIB_DEBIAN_SECURITY_MIRROR'] = settings.securityMirror;
  if (host.dib?.version && lacksSecuritySuite(host.dib.version, definition.release)) {
    environment['DIB_DEBIAN_SECURITY_SUBPATH'] = '-security';
  }
  // DIB's default has not the layout that mirrors have; what this host's own apt uses is known to be reachable.
  if (!settings.securityMirror && host.securityArchive) {
    environment['DIB_DEBIAN_SECURITY_MIRROR'] = host.securityArchive;
  }
  return environment;
}

/** Both spellings: apt and debootstrap read the small one, some tools the capital one. */
function proxyEnvironment({ settings }: DibRunSpec): Record<string, string> {
  const environment: Record<string, string> = {};
  const proxies = {
    http_proxy: settings.httpProxy,
    https_proxy: settings.httpsProxy,
    no_proxy: settings.noProxy,
  };
  for (const [name, value] of Object.entries(proxies)) {
    if (!value) continue;
    environment[name] = value;
    environment[name.toUpperCase()] = value;
  }
  return environment;
}
