import { withoutControlSequences } from '@image-manager/contracts';
import { readBootProgress } from './boot-progress.js';
import { StageFailure } from './stage-failure.js';

const SHOWN_LINES = 20;
const PANIC = /Kernel panic - not syncing.*/;

/**
 * Why no agent registered before the boot's deadline, as far as the server's console tells.
 *
 * @param printed the console's lines
 */
export function lateBoot(printed: readonly string[], seconds: number): StageFailure {
  const lines = printed.map((line) => withoutControlSequences(line).trimEnd()).filter((line) => line !== '');
  const shown = lines.slice(-SHOWN_LINES);
  const failed = (code: string, message: string, advice: string) =>
    new StageFailure(code, 'image', message, advice, shown);
  const ends = `the console ends with “${lines.at(-1) ?? ''}”`;
  switch (readBootProgress(lines)) {
    case 'nothing':
      return failed(
        'BOOT_SILENT',
        `The server printed nothing on its console and its agent did not register within ${seconds} s`,
        'The image probably has no working boot loader, or its kernel does not use the serial console (console=ttyS0).',
      );
    case 'firmware':
      return failed(
        'NO_BOOT_LOADER',
        `The server’s firmware found no boot loader in the image within ${seconds} s: ${ends}`,
        'Give the definition the element vm, or bootloader beside a block-device element; an image for UEFI does not boot on BIOS.',
      );
    case 'boot-loader':
      return failed(
        'KERNEL_NOT_STARTED',
        `The boot loader started, but no kernel within ${seconds} s: ${ends}`,
        'The image lacks a kernel or its initrd, or the kernel does not use the serial console (console=ttyS0).',
      );
    case 'panic':
      return failed(
        'KERNEL_PANIC',
        `The kernel gave up: ${lines.map((line) => PANIC.exec(line)?.[0]).find(Boolean) ?? 'Kernel panic'}`,
        'The console’s lines before tell what it lacked: mostly a driver, the initrd or the root file system.',
      );
    case 'no-root':
      return failed(
        'BOOT_IN_REPAIR_SHELL',
        `The boot stopped in a shell for repairs and its agent did not register within ${seconds} s: ${ends}`,
        'A file system that /etc/fstab or the kernel’s command line names is missing or damaged; the console’s lines before name it.',
      );
    case 'kernel':
    case 'system':
      return failed(
        'BOOT_UNFINISHED',
        `The server was still booting after ${seconds} s: ${ends}`,
        'A service may hold up the boot, see the console’s last lines; if it only needs longer, raise deadlines.boot.',
      );
    case 'unknown':
      return failed(
        'AGENT_SILENT',
        `The server is running, but its agent did not register within ${seconds} s`,
        'The console’s last lines tell how far the boot came; if it only needs longer, raise deadlines.boot.',
      );
    case 'booted':
      return failed(
        'AGENT_SILENT',
        `The server booted, but its agent did not register within ${seconds} s`,
        'The agent did not start, or found no settings: the definition needs the element agent-install, and nothing may disable image-manager-agent.service; see the console’s last lines.',
      );
  }
}
