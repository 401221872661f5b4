/** How far a boot came, as far as its console tells. */
export type BootProgress =
  'nothing' | 'unknown' | 'firmware' | 'boot-loader' | 'kernel' | 'panic' | 'no-root' | 'system' | 'booted';

/** From the last to the first: the first one that a line matches is how far it came. */
const SIGNS: readonly [BootProgress, RegExp][] = [
  ['panic', /Kernel panic - not syncing/],
  ['no-root', /^\(initramfs\)|Gave up waiting for (?:the )?root|You are in (?:emergency|rescue) mode/],
  // agetty's issue and prompt; the prompt itself ends no line.
  [
    'booted',
    /\blogin: *$|^\S.* tty(?:S|AMA)\d+$|Reached target .*(?:Multi-User|multi-user\.target|Cloud-init target)/,
  ],
  ['system', /systemd\[1\]: |Welcome to (?!GRUB)|cloud-init\[\d+\]: |Run \/\S+ as init process/],
  ['kernel', /\bLinux version \d|^\[ *\d+\.\d{6}\]/],
  ['boot-loader', /\bGRUB\b|grub rescue>|\bisolinux\b|systemd-boot/i],
  ['firmware', /\bSeaBIOS\b|\biPXE\b|^Booting from |No bootable device|\bBdsDxe\b/],
];

/**
 * Reads SeaBIOS's and UEFI's words, GRUB's, the kernel's and systemd's.
 *
 * @param lines of the console, without control sequences.
 */
export function readBootProgress(lines: readonly string[]): BootProgress {
  const found = SIGNS.find(([, sign]) => lines.some((line) => sign.test(line)));
  if (found) return found[0];
  return lines.some((line) => line.trim() !== '') ? 'unknown' : 'nothing';
}
