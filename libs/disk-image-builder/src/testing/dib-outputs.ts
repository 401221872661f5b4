/** What disk-image-create prints when it fails, behind the lines of DIB that come before; the words are those of the programs. */
const inScript = (script: string, ...lines: string[]): string[] => [
  'diskimage_builder version 3.13.0',
  `dib-run-parts Running /tmp/in_target.d/${script}`,
  ...lines,
  "FileNotFoundError: [Errno 2] No such file or directory: '/tmp/dib_build.x/params.yaml'",
];

const PACKAGES = 'install.d/01-package-installs';
const BOOTSTRAP = 'root.d/08-debootstrap';

/** Name of a failure → output. */
export const DIB_OUTPUTS: Record<string, string[]> = {
  'element-script': inScript(
    'install.d/60-motd',
    '+ cp motd.txt /etc/motd',
    "cp: cannot stat 'motd.txt': No such file or directory",
  ),
  'mirror-down': inScript(
    BOOTSTRAP,
    'Err:1 http://mirror.example/debian bookworm InRelease',
    '  Could not connect to mirror.example:80 (192.0.2.7). - connect (111: Connection refused)',
    'E: Some index files failed to download.',
  ),
  'mirror-unknown': inScript(
    BOOTSTRAP,
    'Err:1 http://mirror.exmaple/debian bookworm InRelease',
    "  Temporary failure resolving 'mirror.exmaple'",
  ),
  'mirror-incomplete': inScript(
    PACKAGES,
    'E: Failed to fetch http://mirror.example/debian/pool/main/v/vim/vim_9.0_amd64.deb  404  Not Found [IP: 192.0.2.7 80]',
  ),
  'archive-unsigned': inScript(BOOTSTRAP, 'E: Release signed by unknown key (key id 871920D1991BC93C)'),
  'package-unknown': inScript(PACKAGES, 'E: Unable to locate package nginxx'),
  'packages-conflict': inScript(PACKAGES, 'E: Unable to correct problems, you have held broken packages.'),
  'package-script': inScript(
    PACKAGES,
    'dpkg: error processing package ca-certificates (--configure):',
    ' installed ca-certificates package post-installation script subprocess returned error exit status 1',
  ),
  'no-space': inScript(
    PACKAGES,
    'dpkg: error processing archive /var/cache/apt/archives/vim_9.0_amd64.deb (--unpack):',
    ' cannot copy extracted data: failed to write (No space left on device)',
  ),
  'out-of-memory': inScript(PACKAGES, 'fork: Cannot allocate memory'),
  'process-killed': inScript(
    PACKAGES,
    '/tmp/in_target.d/install.d/01-package-installs: line 7: 4711 Killed                  apt-get install -y vim',
  ),
  'qemu-img': [
    'dib-run-parts 99-clean completed',
    "qemu-img: Could not open '/tmp/dib_image.x/image.raw': Permission denied",
  ],
  'duplicate-script': ['There is a duplicated hook in your elements: install.d/10-base'],
  'element-unknown': [
    "diskimage_builder.element_dependencies.MissingElementException: Element 'debain-minimal' not found",
  ],
  'no-loop-device': inScript(
    'block-device.d/10-create',
    'losetup: cannot find an unused loop device: No such device',
  ),
  'apt-locked': inScript(
    PACKAGES,
    'E: Could not get lock /var/cache/apt/archives/lock. It is held by process 812 (apt-get)',
  ),
  nothing: [],
};
