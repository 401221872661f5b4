import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { findDibCause, findTellingLine, type DibEnd } from './dib-cause.js';

const recorded = (name: string) =>
  readFileSync(join(import.meta.dirname, '..', 'fixtures', `${name}.log`), 'utf8').split('\n');
const failed: DibEnd = { outcome: { exitCode: 1, signal: null } };
const running = 'dib-run-parts Running /tmp/in_target.d/install.d/01-package-installs';

describe('findDibCause', () => {
  it("finds the package whose script failed, not dpkg's closing line", () => {
    const cause = findDibCause(recorded('package-script-failed'), failed);
    expect(cause).toMatchObject({
      code: 'PACKAGE_FAILED',
      message: 'The package ca-certificates could not be installed (in root.d/75-debian-minimal-baseinstall)',
    });
    expect(cause.lines.join('\n')).toContain('mktemp: failed to create file');
  });

  it("passes over the traceback of DIB's own clean-up", () => {
    const cause = findDibCause(recorded('mkfs-failed'), failed);
    expect(cause.code).toBe('BLOCK_DEVICE_FAILED');
    expect(cause.message).toContain('mkfs -t ext4');
    expect(cause.lines.join('\n')).not.toContain('Traceback');
  });

  it('finds the archive that could not be reached behind the packages that could not be fetched', () => {
    expect(findDibCause(recorded('archive-unreachable'), failed)).toMatchObject({
      code: 'MIRROR_UNREACHABLE',
      message: 'The package archive archive.example cannot be reached (in finalise.d/50-bootloader)',
    });
  });

  it.each([
    ['E: Unable to locate package nonesuch', 'PACKAGE_NOT_FOUND', 'definition', 'nonesuch'],
    [
      "> E: Package 'cloud-nit' has no installation candidate",
      'PACKAGE_NOT_FOUND',
      'definition',
      'cloud-nit',
    ],
    [
      "Err:1 http://x.invalid/debian bookworm InRelease\n  Could not resolve 'x.invalid'",
      'MIRROR_UNREACHABLE',
      'host',
      'x.invalid',
    ],
    [
      'E: Failed getting release file http://x.example/dists/noble/Release',
      'MIRROR_INCOMPLETE',
      'host',
      'x.example',
    ],
    ['E: Release signed by unknown key (key id 871920D1991BC93C)', 'ARCHIVE_NOT_SIGNED', 'host', 'key'],
    [
      'E: Failed to fetch http://mirror.example/dists/x/InRelease  400  Bad Request [IP: 192.0.2.1 80]',
      'MIRROR_INCOMPLETE',
      'host',
      'answered 400 Bad Request for http://mirror.example/dists/x/InRelease',
    ],
    [
      'tar: ./usr: Cannot write: No space left on device\ndpkg: error processing package a (--unpack):',
      'HOST_NO_SPACE',
      'host',
      'space',
    ],
    ["qemu-img: Could not open 'x.raw': Permission denied", 'QEMU_IMG_FAILED', 'host', 'Permission denied'],
    [
      'E: Could not get lock /var/cache/apt/archives/lock. It is held by process 1',
      'APT_LOCKED',
      'us',
      'archives/lock',
    ],
    ['/tmp/x: line 3: 1234 Killed                  apt-get', 'BUILD_KILLED', 'host', 'killed'],
    [
      'There is a duplicated hook in your elements: a/install.d/10-x',
      'ELEMENTS_CONFLICT',
      'definition',
      '10-x',
    ],
  ])('reads %j as %s', (text, code, fault, words) => {
    const cause = findDibCause([running, ...text.split('\n'), 'Traceback (most recent call last):'], failed);
    expect(cause).toMatchObject({ code, fault });
    expect(cause.message).toContain(words);
    expect(cause.message).toContain('install.d/01-package-installs');
  });

  it('reads coloured output as a person sees it', () => {
    const cause = findDibCause(
      [
        `\u001b[32m${running}\u001b[0m`,
        '\u001b[1;31mE:\u001b[0m Unable to locate \u001b[1mpackage\u001b[0m nonesuch',
      ],
      failed,
    );
    expect(cause).toMatchObject({
      message: 'The archive has no package nonesuch (in install.d/01-package-installs)',
      lines: [running, 'E: Unable to locate package nonesuch'],
    });
  });

  it('tells what a script said last, not what DIB took down after it', () => {
    expect(findDibCause(recorded('script-failed'), failed)).toMatchObject({
      code: 'ELEMENT_SCRIPT_FAILED',
      message: expect.stringMatching(
        /^The element script cleanup\.d\/96-\S+ failed: find: .*No such file or directory$/,
      ) as string,
    });
  });

  it('names the element script that was not completed', () => {
    const output = [
      'dib-run-parts Running /tmp/in_target.d/install.d/40-fine',
      'E: Unable to locate package that-nobody-needed',
      'dib-run-parts 40-fine completed',
      'dib-run-parts Running /tmp/in_target.d/install.d/50-broken',
      '+ false',
      'something of mine went wrong',
      'Unmount /x',
      "FileNotFoundError: [Errno 2] No such file or directory: '/x/params.yaml'",
    ];
    const cause = findDibCause(output, failed);
    expect(cause).toMatchObject({
      code: 'ELEMENT_SCRIPT_FAILED',
      fault: 'definition',
      message: 'The element script install.d/50-broken failed: something of mine went wrong',
    });
  });

  it.each([
    [
      undefined,
      running,
      'with everything that it had started while install.d/01-package-installs ran in the chroot',
    ],
    [
      { exitCode: null, signal: 'SIGKILL' },
      'dib-run-parts Running /srv/tmp/dib_build.x/hooks/root.d/08-debootstrap',
      'by SIGKILL while root.d/08-debootstrap ran on the build host',
    ],
    [
      { exitCode: null, signal: 'SIGKILL' },
      'Calculating image size',
      'by SIGKILL between two element scripts',
    ],
  ])('says that it was killed and where: %j', (outcome, line, words) => {
    expect(findDibCause([line, 'Setting up bash (5.2.15-2+b7) ...'], { outcome })).toMatchObject({
      code: 'BUILD_KILLED',
      fault: 'host',
      message: `disk-image-create was killed ${words}`,
      lines: expect.arrayContaining(['Setting up bash (5.2.15-2+b7) ...']) as string[],
    });
  });

  it.each([
    [
      'memory',
      'host',
      'the file system in memory (tmpfs) /srv/x has 400 MiB, and 3 MiB of them',
      '--no-tmpfs',
    ],
    ['image', 'definition', 'the image’s own file system /srv/x has 400 MiB', '--image-extra-size'],
    ['disk', 'host', 'the file system of /srv/x has 400 MiB', 'STORAGE_PATH'],
  ] as const)('names the file system that was full: %s', (kind, fault, words, advice) => {
    const space = { kind, path: '/srv/x', sizeBytes: 400 * 1024 ** 2, freeBytes: 3 * 1024 ** 2 };
    const cause = findDibCause([running, 'tar: Cannot write: No space left on device'], { ...failed, space });
    expect(cause).toMatchObject({ code: kind === 'image' ? 'IMAGE_NO_SPACE' : 'HOST_NO_SPACE', fault });
    expect(cause.message).toContain(words);
    expect(cause.advice).toContain(advice);
  });

  it('knows a full disk by its figures, where no words about it could be written', () => {
    const space = { kind: 'disk' as const, path: '/srv/x', sizeBytes: 400 * 1024 ** 2, freeBytes: 0 };
    expect(findDibCause([running], { ...failed, space })).toMatchObject({
      code: 'HOST_NO_SPACE',
      fault: 'host',
    });
    const roomy = { ...space, freeBytes: 8 * 1024 ** 2 };
    expect(findDibCause([running], { ...failed, space: roomy }).code).toBe('ELEMENT_SCRIPT_FAILED');
  });

  it('has a cause even where nothing was printed', () => {
    expect(findDibCause([], failed)).toMatchObject({ code: 'DIB_FAILED', lines: [] });
  });
});

describe('findTellingLine', () => {
  it.each([
    ['src/otlp.cc:418:27: error: ‘struct span’ has no member named ‘state’'],
    ['src/otlp.c:3:10: fatal error: otlp.h: No such file or directory'],
    ['error[E0425]: cannot find value `x` in this scope'],
    ['fatal: unable to access the repository'],
    ['/tmp/in_target.d/install.d/70-collector: line 4: cmake: command not found'],
    ['make[1]: *** [Makefile:214: build/collector] Error 1'],
  ])('takes the first error of a script, not what follows from it: %s', (first) => {
    const lines = [
      'dib-run-parts Running /tmp/in_target.d/install.d/70-collector',
      'Setting up libgpg-error0:amd64 (1.46-1) ...',
      'checking for error_at_line... yes',
      first,
      'make: *** [Makefile:88: install] Error 2',
    ];
    expect(findTellingLine('ELEMENT_SCRIPT_FAILED', lines)).toBe(3);
  });

  it('goes by the failure that the code names', () => {
    const lines = ['configure: error: no', 'E: Unable to locate package nonesuch', 'make: *** [all] Error 2'];
    expect(findTellingLine('PACKAGE_NOT_FOUND', lines)).toBe(1);
    expect(findTellingLine('KERNEL_PANIC', lines)).toBe(-1);
  });

  it('finds none where a script says nothing of an error', () => {
    expect(findTellingLine('ELEMENT_SCRIPT_FAILED', ['doing this', 'doing that'])).toBe(-1);
  });
});
