import type { Fault } from '@image-manager/contracts';
import type { BuildSpace } from './space-watch.js';

export interface Description {
  code: string;
  fault: Fault;
  message: string;
  advice: string;
}

export interface CausePattern {
  pattern: RegExp;
  /** @param before the lines above the match. @param space of the file system that was fullest, where that was seen. */
  describe: (match: RegExpExecArray, before: readonly string[], space?: BuildSpace) => Description;
}

/** Wherever on the host it is. */
const NO_SPACE = 'HOST_NO_SPACE';

/** Known failures, those that explain others first: a full disk makes dpkg fail too. */
export const CAUSE_PATTERNS: readonly CausePattern[] = [
  {
    pattern: /No space left on device|not enough free space|You don't have enough free space/i,
    describe: (_match, _before, space) => describeSpace(space),
  },
  {
    pattern: /Cannot allocate memory|Out of memory|oom-kill/i,
    describe: () => ({
      code: 'OUT_OF_MEMORY',
      fault: 'host',
      message: 'The build host has no memory left for the build',
      advice:
        'Stop other programs on the build host and retry, or build on disk instead of in memory with the argument --no-tmpfs.',
    }),
  },
  {
    // Before the signatures: apt calls an index that it could not even fetch "not signed" as well.
    pattern: /^(?:E: |Err:\d+ )?Failed to fetch (\S+)\s+(\d{3}\s+\S.*?)(?:\s+\[IP: .*)?$/,
    describe: (match) => ({
      code: 'MIRROR_INCOMPLETE',
      fault: 'host',
      message: `The package archive answered ${(match[2] ?? '').replaceAll(/\s+/g, ' ')} for ${match[1] ?? ''}`,
      advice:
        'Try again: mirrors change while they are read. If it stays, check the release and the mirror (DIB_DISTRIBUTION_MIRROR in config.env).',
    }),
  },
  {
    pattern:
      /Release signed by unknown key|NO_PUBKEY (\w+)|is not signed\.?$|The following signatures (?:couldn't be verified|were invalid)|Invalid Release signature|BADSIG|cannot be authenticated|Keyring file not available/,
    describe: () => ({
      code: 'ARCHIVE_NOT_SIGNED',
      fault: 'host',
      message: 'No trusted key signs the package archive',
      advice:
        "Install the distribution's keyring package on the build host, or name a keyring in DIB_APT_KEYRING; check that the mirror is genuine.",
    }),
  },
  {
    pattern:
      /Could not resolve '([^']+)'|Temporary failure resolving '([^']+)'|Could not connect to (\S+)|Unable to connect to (\S+)|Cannot initiate the connection to (\S+)|Connection failed \[IP: ([^\]]+)\]|Connection timed out/,
    describe: (match) => ({
      code: 'MIRROR_UNREACHABLE',
      fault: 'host',
      message: `The package archive ${firstGroup(match)}cannot be reached`,
      advice:
        "Check the host's network, DNS and proxy, or name a mirror that it reaches (DIB_DISTRIBUTION_MIRROR in config.env).",
    }),
  },
  {
    pattern: /(?:Failed getting release file|Invalid Release file|E: Failed to fetch|Err:\d+) ?(\S+)?/,
    describe: (match) => ({
      code: 'MIRROR_INCOMPLETE',
      fault: 'host',
      message: `The package archive did not deliver ${match[1] ?? 'what was asked for'}`,
      advice:
        'Try again: mirrors change while they are read. If it stays, check the release and the mirror (DIB_DISTRIBUTION_MIRROR in config.env).',
    }),
  },
  {
    pattern:
      /Unable to locate package (\S+)|Package '?([^\s']+)'? has no installation candidate|Couldn't find these debs: (.+)|E: Couldn't find any package by (?:glob|regex) '([^']+)'/,
    describe: (match) => ({
      code: 'PACKAGE_NOT_FOUND',
      fault: 'definition',
      message: `The archive has no package ${firstGroup(match).trim()}`,
      advice: "Correct the package's name in the definition or the request; names are the release's own.",
    }),
  },
  {
    pattern: /have unmet dependencies|held broken packages|Unable to correct problems/,
    describe: () => ({
      code: 'PACKAGES_CONFLICT',
      fault: 'definition',
      message: 'The packages cannot be installed together',
      advice:
        'The lines before it in the log name them: take one of them out of `packages` in the definition or out of this build.',
    }),
  },
  {
    pattern: /Could not get lock (\S+)/,
    describe: (match) => ({
      code: 'APT_LOCKED',
      fault: 'us',
      message: `Another process holds apt's lock ${(match[1] ?? '').replace(/\.$/, '')}`,
      advice: 'Wait for the other build to end and try again.',
    }),
  },
  {
    pattern: /^(?:qemu-img: |.*\bqemu-img: error)(.+)/,
    describe: (match) => ({
      code: 'QEMU_IMG_FAILED',
      fault: 'host',
      message: `qemu-img could not make the image: ${(match[1] ?? '').trim()}`,
      advice:
        'Check that STORAGE_PATH can be written and has space left; where qemu-utils is older than 5.1, set the compression to zlib.',
    }),
  },
  {
    pattern: /There is a duplicated hook in your elements: (\S+)/,
    describe: (match) => ({
      code: 'ELEMENTS_CONFLICT',
      fault: 'definition',
      message: `Two elements bring the same script ${match[1] ?? ''}`,
      advice: 'Rename the script in one of the elements.',
    }),
  },
  {
    pattern: /MissingElementException: (?:Element ')?([\w.-]+)|Element '?([\w.-]+)'? not found/,
    describe: (match) => ({
      code: 'ELEMENT_NOT_FOUND',
      fault: 'definition',
      message: `There is no element ${match[1] ?? match[2] ?? 'of that name'}`,
      advice: "Correct the element's name, or put the element into the folder `elements`.",
    }),
  },
  {
    pattern:
      /losetup: (?:cannot find an unused loop device|.*failed to (?:set up|use) .*)|failed to find free loop device/i,
    describe: (match) => ({
      code: 'NO_LOOP_DEVICE',
      fault: 'host',
      message: `No loop device could be had: ${match[0]}`,
      advice: 'Detach unused ones (losetup -D), or allow more: modprobe loop max_loop=64.',
    }),
  },
  {
    pattern: /^(?:E: |W: )?Failure (?:trying to run|while) (.+)|^E: (.*debootstrap.*)$/,
    describe: (match) => ({
      code: 'DEBOOTSTRAP_FAILED',
      fault: 'host',
      message: `debootstrap failed: ${match[1] ?? match[2] ?? ''}`,
      advice:
        'Read the lines around it; a file system mounted noexec or nodev under the work directory does this.',
    }),
  },
  {
    pattern: /^dpkg: error processing (?:package|archive) (\S+)/,
    describe: (match) => ({
      code: 'PACKAGE_FAILED',
      fault: 'definition',
      message: `The package ${match[1] ?? ''} could not be installed`,
      advice:
        "The lines before it in the log are the package's own words. A package that wants a running system or the network at installation cannot be built in: leave it out, or install it at first boot.",
    }),
  },
  {
    // Of DIB's block device layer: the command that failed is the last one it announced.
    pattern: /^ERROR diskimage_builder\.block_device\S* \[-\] (?!Rollback)(.+)/,
    describe: (match, before) => ({
      code: 'BLOCK_DEVICE_FAILED',
      fault: 'host',
      message: `The disk could not be made: ${lastCommand(before) ?? match[1] ?? ''}`,
      advice: 'Check loop devices and device-mapper on the build host, and free space.',
    }),
  },
  {
    pattern: /\bKilled\b(?:$|\s{2,})|signal 9|\bTerminated$/,
    describe: () => ({
      code: 'BUILD_KILLED',
      fault: 'host',
      message: 'A process of the build was killed',
      advice:
        'If `dmesg` on the build host says “Out of memory”, free memory or use the argument --no-tmpfs; else somebody stopped it. Then retry.',
    }),
  },
];

/** What is too small: a file system of the host, or the image’s own. */
export function describeSpace(space: BuildSpace | undefined): Description {
  const message = 'The build ran out of space';
  if (!space) {
    const advice =
      'Look with `df -h` on the build host: if the file system of STORAGE_PATH is full, free space there; else the build in memory was, and the argument --no-tmpfs lets it build on disk.';
    return { code: NO_SPACE, fault: 'host', message, advice };
  }
  const figures = `${space.path} has ${mib(space.sizeBytes)}, and ${mib(space.freeBytes)} of them were free at the end`;
  switch (space.kind) {
    case 'memory':
      return {
        code: NO_SPACE,
        fault: 'host',
        message: `${message}: the file system in memory (tmpfs) ${figures}`,
        advice:
          'DIB gives it half of the host’s memory at most: let the image be built on disk (--no-tmpfs in dib.arguments of the definition), or build on a host with more memory.',
      };
    case 'image':
      return {
        code: 'IMAGE_NO_SPACE',
        fault: 'definition',
        message: `${message}: the image’s own file system ${figures}`,
        advice:
          'Make the image larger: --image-extra-size or --image-size in dib.arguments of the definition.',
      };
    case 'disk':
      return {
        code: NO_SPACE,
        fault: 'host',
        message: `${message}: the file system of ${figures}`,
        advice: 'Free space there, or move STORAGE_PATH to a larger file system.',
      };
  }
}

function mib(bytes: number): string {
  return `${Math.floor(bytes / 1024 ** 2)} MiB`;
}

function lastCommand(lines: readonly string[]): string | undefined {
  const command = /^INFO diskimage_builder\.\S+ \[-\] Calling \[(?:sudo )?(.+)\]$/;
  const found = lines.findLast((line) => command.test(line));
  return found && `${command.exec(found)?.[1] ?? ''} failed`;
}

function firstGroup(match: RegExpExecArray): string {
  const found = match.slice(1).find((group) => group);
  return found ? `${found} ` : '';
}
