import { accessSync, constants } from 'node:fs';
import { readdir, realpath } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import { runCommand, SYSTEM_PATH } from './run-command.js';

/** disk-image-builder as it is installed on this machine. */
export interface DibInstallation {
  /** Absolute path of disk-image-create. */
  program: string;
  /** Such as `3.13.0`; undefined when it cannot be told. */
  version?: string;
  /** Names of the elements that come with it; undefined when they were not found. */
  elements?: string[];
}

/** The program's absolute path from the caller's PATH (a virtual environment may be first there) or the system's. */
export function findProgram(name: string): string | undefined {
  const path = `${process.env['PATH'] ?? ''}${delimiter}${SYSTEM_PATH}`;
  for (const directory of path.split(delimiter)) {
    if (!directory.startsWith('/')) continue;
    const file = join(directory, name);
    try {
      accessSync(file, constants.X_OK);
      return file;
    } catch {
      // Not in this directory.
    }
  }
  return undefined;
}

/**
 * The installation's version and elements, from the metadata beside it, which takes a millisecond; only where there is
 * none does it ask `disk-image-create --version`, which takes half a second and more.
 */
export async function findDibInstallation(): Promise<DibInstallation | undefined> {
  const program = findProgram('disk-image-create');
  if (!program) return undefined;
  for (const directory of await packageDirectories(program)) {
    const names = await readdir(directory).catch(() => []);
    const version = names
      .map((name) => /^diskimage_builder-(\d+(?:\.\d+)+).*\.(?:egg|dist)-info$/.exec(name)?.[1])
      .find((found) => found !== undefined);
    const elements = await readdir(join(directory, 'diskimage_builder', 'elements')).catch(() => undefined);
    if (version && elements) return { program, version, elements };
  }
  const { stdout } = await runCommand(program, ['--version']);
  const version = /(\d+(?:\.\d+)+)/.exec(stdout)?.[1];
  return { program, ...(version && { version }) };
}

/** `<prefix>/bin/disk-image-create` belongs to `<prefix>/lib/python3*\/{site,dist}-packages`. */
async function packageDirectories(program: string): Promise<string[]> {
  const prefix = dirname(dirname(await realpath(program)));
  const lib = join(prefix, 'lib');
  const versions = (await readdir(lib).catch(() => [])).filter((name) => /^python3(\.\d+)?$/.test(name));
  return versions.flatMap((name) => [join(lib, name, 'dist-packages'), join(lib, name, 'site-packages')]);
}

/** Compares dotted versions by number: negative when `a` is older than `b`. */
export function compareVersions(a: string, b: string): number {
  const left = a.split('.').map(Number);
  const right = b.split('.').map(Number);
  for (let i = 0; i < Math.max(left.length, right.length); i++) {
    const difference = (left[i] ?? 0) - (right[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
