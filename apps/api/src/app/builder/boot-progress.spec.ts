import { readBootProgress } from './boot-progress.js';

const FIRMWARE = ['SeaBIOS (version 1.16.2-debian-1.16.2-1)', 'Booting from Hard Disk...'];
const LOADER = [...FIRMWARE, 'GRUB loading.', 'Welcome to GRUB!'];
const KERNEL = [...LOADER, '[    0.000000] Linux version 6.1.0-56-amd64 (debian-kernel@lists.debian.org)'];
const SYSTEM = [...KERNEL, '[    9.877070] systemd[1]: Hostname set to <image-manager-build-1>.'];

describe('readBootProgress', () => {
  it.each([
    ['nothing', ['', ' ']],
    ['unknown', ['Copyright (c) 1992-2024 The FreeBSD Project.']],
    ['firmware', FIRMWARE],
    ['firmware', [...FIRMWARE, 'Boot failed: not a bootable disk', 'No bootable device.']],
    ['boot-loader', LOADER],
    ['boot-loader', [...FIRMWARE, 'error: unknown filesystem.', 'grub rescue> ']],
    ['kernel', KERNEL],
    [
      'panic',
      [...KERNEL, '[    3.1] Kernel panic - not syncing: VFS: Unable to mount root fs on unknown-block(0,0)'],
    ],
    [
      'no-root',
      [...KERNEL, 'ALERT!  LABEL=cloudimg-rootfs does not exist.  Dropping to a shell!', '(initramfs) '],
    ],
    ['no-root', [...SYSTEM, 'You are in emergency mode. After logging in, type "journalctl -xb"']],
    ['system', SYSTEM],
    ['booted', [...SYSTEM, 'Debian GNU/Linux 12 image-manager-build-1 ttyS0']],
    ['booted', [...SYSTEM, 'image-manager-build-1 login: ']],
    ['booted', [...SYSTEM, '[  OK  ] Reached target multi-user.target - Multi-User System.']],
  ] as const)('%s: %j', (progress, lines) => {
    expect(readBootProgress(lines)).toBe(progress);
  });
});
