import { accessSync, constants } from 'node:fs';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { Refusal } from './refusal.mjs';
import { runLogged } from './progress.mjs';
import { searchPath, workspaceEnvironment } from './workspace.mjs';

/** Programs the product runs, and the Debian package that brings each. */
const RUNTIME = {
  'disk-image-create': 'python3-diskimage-builder',
  debootstrap: 'debootstrap',
  'qemu-system-x86_64': 'qemu-system-x86',
  'qemu-img': 'qemu-utils',
  xorriso: 'xorriso',
  kpartx: 'kpartx',
  parted: 'parted',
  sgdisk: 'gdisk',
  'mkfs.vfat': 'dosfstools',
  'mkfs.ext4': 'e2fsprogs',
  losetup: 'mount',
  sfdisk: 'fdisk',
  strip: 'binutils',
  ps: 'procps',
  git: 'git',
  'update-ca-certificates': 'ca-certificates',
};

/** What the tests need besides. */
const TESTS = {
  shellcheck: 'shellcheck',
  chromium: 'chromium',
  // The fault matrix freezes disks of its own.
  fsfreeze: 'util-linux',
  chattr: 'e2fsprogs',
  perl: 'perl-base',
};

export const SYSTEM_PACKAGES = {
  runtime: RUNTIME,
  tests: { ...RUNTIME, ...TESTS },
};

/** @param {string} program @returns {string | undefined} its path */
export function findProgram(program) {
  return searchPath()
    .map((folder) => join(folder, program))
    .find((path) => {
      try {
        accessSync(path, constants.X_OK);
        return true;
      } catch {
        return false;
      }
    });
}

/**
 * Installs through apt what is missing.
 *
 * @param {Record<string, string>} wanted program → package
 * @throws Refusal with the one command to type, when we may not install ourselves
 */
export async function installSystemPackages(wanted, progress) {
  const missing = missingPackages(wanted);
  if (missing.length === 0) return;

  const list = missing.join(' ');
  if (!findProgram('apt-get')) {
    throw new Refusal(
      `This machine has no apt. Install what brings these Debian packages' programs: ${list}`,
    );
  }
  const sudo = process.getuid?.() === 0 ? [] : passwordlessSudo();
  if (!sudo) {
    throw new Refusal(
      `System packages are missing. Run this, then start again:\n  sudo apt-get install --no-install-recommends -y ${list}`,
    );
  }

  const apt = (...args) => [
    ...sudo,
    'env',
    'DEBIAN_FRONTEND=noninteractive',
    'apt-get',
    '-o',
    'DPkg::Lock::Timeout=300',
    ...args,
  ];
  const install = apt('install', '--no-install-recommends', '-y', ...missing);
  const env = workspaceEnvironment();
  await progress.step(`installing ${list}`, async () => {
    // The package lists of a machine are often fresh enough, and updating them costs seconds.
    const first = await runLogged('apt-install', install, { env }).catch((error) => error);
    if (!(first instanceof Error)) return;
    await runLogged('apt-update', apt('update'), { env });
    await runLogged('apt-install', install, { env });
  });

  const still = missingPackages(wanted);
  if (still.length > 0)
    throw new Refusal(`apt installed ${still.join(' ')}, but not the programs we expect of them.`);
}

function missingPackages(wanted) {
  const missing = Object.entries(wanted).filter(([program]) => !findProgram(program));
  return [...new Set(missing.map(([, name]) => name))];
}

/** @returns {string[] | undefined} how to run something as root without being asked for a password */
function passwordlessSudo() {
  if (!findProgram('sudo')) return undefined;
  try {
    execFileSync('sudo', ['-n', 'true'], { stdio: 'ignore' });
    return ['sudo', '-n'];
  } catch {
    return undefined;
  }
}
