import { access, constants, readdir, stat, statfs } from 'node:fs/promises';
import type { DistroDefinition, Fault } from '@image-manager/contracts';
import type { DibSettings } from './dib-run.js';
import { archiveProblems } from './preflight-archive.js';
import { compareVersions, findProgram } from './dib-installation.js';
import { readHostFacts, type HostFacts } from './host-facts.js';
import { runCommand } from './run-command.js';

/** Something that would make the build fail later, found before it starts. */
export interface HostProblem {
  /** Stable, SCREAMING_SNAKE_CASE. */
  code: string;
  message: string;
  /** The command or the setting that mends it. */
  advice: string;
  fault: Fault;
}

export interface HostNeeds {
  definition: DistroDefinition;
  workDirectory: string;
  elementsDirectory: string;
  agentBinary: string;
  settings: DibSettings;
}

const OLDEST_DIB = '3.13.0';
/** The first QEMU that writes zstd clusters (its change log for 5.1). */
const QEMU_WITH_ZSTD = '5.1';

/** Tree twice, raw image, qcow2 and package cache of a minimal image, with room. */
const DISK_BYTES = 6 * 1024 ** 3;
const DISK_BYTES_WITH_TMPFS = 2 * 1024 ** 3;
const TMPFS_MEMORY_BYTES = 5 * 1024 ** 3;
const MEMORY_BYTES = 1024 ** 3;

/** Program → Debian package. */
const TOOLS: Record<string, string> = {
  debootstrap: 'debootstrap',
  'qemu-img': 'qemu-utils',
  'mkfs.ext4': 'e2fsprogs',
  losetup: 'mount',
  partx: 'util-linux',
  fstrim: 'util-linux',
  python3: 'python3',
};

/** Finds what this machine lacks for a build of the definition; empty: it can build. Takes well under a second. */
export async function preflightHost(needs: HostNeeds): Promise<HostProblem[]> {
  const host = await readHostFacts(needs.definition.release);
  const found = await Promise.all([
    toolProblems(host, needs),
    rootProblems(host),
    loopProblems(),
    spaceProblems(host, needs),
    archiveProblems(needs),
    elementProblems(needs, host),
    agentProblems(needs.agentBinary),
  ]);
  return [...dibProblems(host), ...pathProblems(needs), ...found.flat()];
}

function dibProblems({ dib }: HostFacts): HostProblem[] {
  const advice = 'apt-get install python3-diskimage-builder, or: pip install "diskimage-builder>=3.13"';
  if (!dib) {
    return [{ code: 'DIB_MISSING', message: 'disk-image-create is not installed', advice, fault: 'host' }];
  }
  if (dib.version && compareVersions(dib.version, OLDEST_DIB) >= 0) return [];
  const message = `disk-image-create is ${dib.version ?? 'of an unknown version'}; ${OLDEST_DIB} or newer is needed`;
  return [{ code: 'DIB_TOO_OLD', message, advice, fault: 'host' }];
}

async function toolProblems(host: HostFacts, { settings }: HostNeeds): Promise<HostProblem[]> {
  const needed = host.deviceMapper ? { ...TOOLS, kpartx: 'kpartx' } : TOOLS;
  const missing = Object.entries(needed).filter(([program]) => !findProgram(program));
  const problems: HostProblem[] = [];
  if (missing.length > 0) {
    const packages = [...new Set(missing.map(([, name]) => name))].join(' ');
    problems.push({
      code: 'TOOL_MISSING',
      message: `Not installed: ${missing.map(([program]) => program).join(', ')}`,
      advice: `apt-get install ${packages}`,
      fault: 'host',
    });
  }
  const qemuImg = await runCommand('qemu-img', ['--version']);
  const version = /version (\d+(?:\.\d+)+)/.exec(qemuImg.stdout)?.[1];
  if (version && settings.compression !== 'zlib' && compareVersions(version, QEMU_WITH_ZSTD) < 0) {
    problems.push({
      code: 'QEMU_IMG_TOO_OLD',
      message: `qemu-img ${version} cannot compress with zstd`,
      advice: 'Install a newer qemu-utils, or set the compression to zlib.',
      fault: 'host',
    });
  }
  return problems;
}

async function rootProblems({ root }: HostFacts): Promise<HostProblem[]> {
  if (root || (await runCommand('sudo', ['-n', 'true'])).code === 0) return [];
  return [
    {
      code: 'NOT_ROOT',
      message: 'A build needs root: this process is not root, and sudo is missing or asks for a password',
      advice: 'Run Image Manager as root, or let its user run sudo without a password (visudo).',
      fault: 'host',
    },
  ];
}

async function loopProblems(): Promise<HostProblem[]> {
  const exists = await access('/dev/loop-control').then(
    () => true,
    () => false,
  );
  const free = exists && (await runCommand('losetup', ['--find'])).code === 0;
  if (free) return [];
  return [
    {
      code: 'NO_LOOP_DEVICE',
      message: exists ? 'No loop device is free' : '/dev/loop-control is missing',
      advice: exists ? 'losetup -D detaches unused ones' : 'modprobe loop, and give a container --privileged',
      fault: 'host',
    },
  ];
}

async function spaceProblems(
  host: HostFacts,
  { workDirectory, definition }: HostNeeds,
): Promise<HostProblem[]> {
  const tmpfs =
    host.memoryAvailableBytes >= TMPFS_MEMORY_BYTES && !definition.dib.arguments.includes('--no-tmpfs');
  const problems: HostProblem[] = [];
  const file = await statfs(workDirectory).catch(() => undefined);
  const free = file ? file.bavail * file.bsize : 0;
  const needed = tmpfs ? DISK_BYTES_WITH_TMPFS : DISK_BYTES;
  if (file && free < needed) {
    problems.push({
      code: 'HOST_NO_SPACE',
      message: `${gib(free)} GiB are free in ${workDirectory}; the build needs ${gib(needed)} GiB`,
      advice: 'Free space there, or move STORAGE_PATH to a larger file system.',
      fault: 'host',
    });
  }
  if (host.memoryAvailableBytes < MEMORY_BYTES) {
    problems.push({
      code: 'NOT_ENOUGH_MEMORY',
      message: `${gib(host.memoryAvailableBytes)} GiB of memory are available; the build needs ${gib(MEMORY_BYTES)} GiB`,
      advice: 'Stop other programs, or build on a larger machine.',
      fault: 'host',
    });
  }
  return problems;
}

async function elementProblems(needs: HostNeeds, host: HostFacts): Promise<HostProblem[]> {
  const own = await readdir(needs.elementsDirectory).catch(() => undefined);
  if (!own) {
    return [
      {
        code: 'ELEMENTS_MISSING',
        message: `The elements' folder ${needs.elementsDirectory} cannot be read`,
        advice: 'It is `elements` in the source tree.',
        fault: 'us',
      },
    ];
  }
  const bundled = host.dib?.elements;
  // Nothing to compare with: DIB itself is missing, which is a problem of its own, or in an unusual place.
  if (!bundled) return [];
  const unknown = needs.definition.elements.filter((name) => !own.includes(name) && !bundled.includes(name));
  if (unknown.length === 0) return [];
  return [
    {
      code: 'ELEMENT_NOT_FOUND',
      message: `There is no element ${unknown.join(', ')}`,
      advice: `Correct the definition ${needs.definition.id}, or put the element into ${needs.elementsDirectory}.`,
      fault: 'definition',
    },
  ];
}

async function agentProblems(agentBinary: string): Promise<HostProblem[]> {
  const usable = await stat(agentBinary)
    .then((entry) => entry.isFile())
    .then(async (isFile) => isFile && (await access(agentBinary, constants.X_OK), true))
    .catch(() => false);
  if (usable) return [];
  return [
    {
      code: 'AGENT_MISSING',
      message: `The agent's binary ${agentBinary} is not there or not executable`,
      advice: 'Build it with `npx nx run agent:build`, or set AGENT_BINARY to where it is.',
      fault: 'us',
    },
  ];
}

/** DIB's scripts do not quote paths. */
function pathProblems(needs: HostNeeds): HostProblem[] {
  return [needs.workDirectory, needs.elementsDirectory, needs.agentBinary]
    .filter((path) => !/^\/[a-zA-Z0-9._/+@-]*$/.test(path))
    .map((path) => ({
      code: 'PATH_UNSUITABLE',
      message: `disk-image-builder cannot work with the path ${JSON.stringify(path)}`,
      advice: 'Use an absolute path of letters, digits and . _ + @ -, without blanks.',
      fault: 'host' as const,
    }));
}

function gib(bytes: number): string {
  return (bytes / 1024 ** 3).toFixed(1);
}
