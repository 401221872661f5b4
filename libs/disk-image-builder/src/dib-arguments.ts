import type { DibRunSpec } from './dib-run.js';
import type { HostFacts } from './host-facts.js';
import { artifactPath, outputStem } from './work-files.js';

/** DIB holds the tree twice and the raw image in tmpfs: below this much available memory it builds on disk. */
const TMPFS_MIN_AVAILABLE_BYTES = 5 * 1024 ** 3;

const FLAGS: ReadonlySet<string> = new Set(['-n', '-u', '-x', '--checksum', '--no-tmpfs', '--offline']);
const OPTIONS: ReadonlySet<string> = new Set([
  '--image-size',
  '--image-extra-size',
  '--install-type',
  '--max-online-resize',
  '--min-tmpfs',
  '--mkfs-options',
  '--root-label',
]);
const ELEMENT = /^[a-z0-9][a-zA-Z0-9._-]*$/;
const VALUE = /^[a-zA-Z0-9.,=:/^_+-][a-zA-Z0-9.,=:/^_+ -]*$/;
const PACKAGE = /^[a-z0-9][a-z0-9+.-]*(:[a-z0-9]+)?$/;

/**
 * Whether arguments from a definition or a person may go to disk-image-create beside ours: known flags, known options
 * with a value, and names of further elements. Where the output goes and how it is cached is not theirs to say.
 *
 * @returns what is wrong with which argument, or undefined.
 */
export function findArgumentProblem(args: readonly string[]): { index: number; message: string } | undefined {
  for (let index = 0; index < args.length; index++) {
    const argument = args[index] ?? '';
    const [name, inline] = splitOption(argument);
    if (OPTIONS.has(name)) {
      const value = inline ?? args[++index];
      if (value === undefined || !VALUE.test(value)) {
        return {
          index: Math.min(index, args.length - 1),
          message: `${name} needs a value of letters, digits and . , = : / ^ _ + -`,
        };
      }
    } else if (!FLAGS.has(argument) && !ELEMENT.test(argument)) {
      const allowed = [...FLAGS, ...OPTIONS].join(' ');
      return { index, message: `"${argument}" is neither an element's name nor one of ${allowed}` };
    }
  }
  return undefined;
}

function splitOption(argument: string): [string, string?] {
  const equals = argument.indexOf('=');
  return argument.startsWith('--') && equals > 0
    ? [argument.slice(0, equals), argument.slice(equals + 1)]
    : [argument];
}

/** Whether this can be the name of a Debian package (Debian Policy 5.6.1), with an architecture at most. */
export function isPackageName(name: string): boolean {
  return PACKAGE.test(name);
}

/** What follows `disk-image-create` on the command line. */
export function dibArguments(spec: DibRunSpec, host: Pick<HostFacts, 'memoryAvailableBytes'>): string[] {
  const { definition } = spec;
  const packages = [...new Set([...definition.packages, ...spec.extraPackages])];
  const own = [...definition.dib.arguments, ...spec.extraArguments];
  const compression = spec.settings.compression ?? 'zstd';
  const onDisk = host.memoryAvailableBytes < TMPFS_MIN_AVAILABLE_BYTES && !own.includes('--no-tmpfs');
  return [
    '-a',
    definition.architecture,
    '-t',
    definition.diskFormat,
    '-o',
    // With a single type DIB takes the suffix off again; with both forms it writes <stem>.<type>.
    outputStem(spec.workDirectory),
    ...(definition.diskFormat === 'qcow2' ? ['--qemu-img-options', `compression_type=${compression}`] : []),
    ...(onDisk ? ['--no-tmpfs'] : []),
    ...(packages.length > 0 ? ['-p', packages.join(',')] : []),
    ...own,
    ...definition.elements,
  ];
}

/** What a person would have to know to run the same by hand; for the build's log. */
export function describeRun(spec: DibRunSpec, args: readonly string[]): string {
  return `disk-image-create ${args.join(' ')} → ${artifactPath(spec.workDirectory, spec.definition)}`;
}
