import { lateBoot } from './late-boot.js';

describe('lateBoot', () => {
  it('quotes the firmware’s last words, without what steers the screen', () => {
    const cause = lateBoot(['\u001bc\u001b[2JSeaBIOS (version 1.16.2)', 'Booting from Hard Disk...', ''], 30);
    expect(cause).toMatchObject({
      code: 'NO_BOOT_LOADER',
      fault: 'image',
      message:
        'The server’s firmware found no boot loader in the image within 30 s: the console ends with “Booting from Hard Disk...”',
      lines: ['SeaBIOS (version 1.16.2)', 'Booting from Hard Disk...'],
    });
  });

  it('says that the server booted when only the agent is missing', () => {
    const cause = lateBoot(['[    9.8] systemd[1]: Detected virtualization qemu.', 'host login: '], 600);
    expect(cause.code).toBe('AGENT_SILENT');
    expect(cause.message).toBe('The server booted, but its agent did not register within 600 s');
    expect(cause.advice).toContain('image-manager-agent.service');
  });

  it('quotes the kernel’s panic, whatever came after it', () => {
    const cause = lateBoot(
      ['[    3.141592] Kernel panic - not syncing: VFS: Unable to mount root fs', '[    3.2] ---[ end ]---'],
      60,
    );
    expect(cause.message).toBe(
      'The kernel gave up: Kernel panic - not syncing: VFS: Unable to mount root fs',
    );
  });

  it('shows the last twenty lines', () => {
    const printed = Array.from({ length: 30 }, (_, n) => `[    1.00000${n % 10}] line ${n}`);
    expect(lateBoot(printed, 60)).toMatchObject({ code: 'BOOT_UNFINISHED', lines: printed.slice(10) });
  });
});
