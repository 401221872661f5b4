import { toConsoleText } from './console-text.js';

const ESC = '\u001b';

describe('toConsoleText', () => {
  it('gives systemd’s lines their colours back, and the names that it shortened their ellipsis', () => {
    expect(
      toConsoleText(
        '[[0;32m  OK  [0m] Finished [0;1;39mmodprobe@dm_mod.s\ufffd\ufffd\ufffde[0m - Load Kernel Module dm_mod.\n',
      ),
    ).toBe(
      `[${ESC}[0;32m  OK  ${ESC}[0m] Finished ${ESC}[0;1;39mmodprobe@dm_mod.s…e${ESC}[0m - Load Kernel Module dm_mod.\n`,
    );
  });

  it('finds how systemd writes a status anew', () => {
    expect(toConsoleText('M[K[[0m[0;31m*     [0m] Job a.service/start running (9s / 1min 36s)')).toBe(
      `${ESC}M${ESC}[K[${ESC}[0m${ESC}[0;31m*     ${ESC}[0m] Job a.service/start running (9s / 1min 36s)`,
    );
  });

  it('finds what a boot loader does to the screen', () => {
    expect(
      toConsoleText('[H[J[1;1H[?25l[m[H[J[1;1H[2;24HGNU GRUB  version 2.06\n[5;80H [7m[5;3H*Debian'),
    ).toBe(
      `${['H', 'J', '1;1H', '?25l', 'm', 'H', 'J', '1;1H', '2;24H'].map((csi) => `${ESC}[${csi}`).join('')}GNU GRUB  version 2.06\n` +
        `${ESC}[5;80H ${ESC}[7m${ESC}[5;3H*Debian`,
    );
    expect(toConsoleText('[?7l[2J[0mSeaBIOS')).toBe(`${ESC}[?7l${ESC}[2J${ESC}[0mSeaBIOS`);
  });

  it('leaves words and figures in brackets as they are', () => {
    const text = [
      '[    0.004000] BIOS-e820: [mem 0x0000000000000000-0x000000000009fbff] usable',
      '[  OK  ] [*** ] A start job is running (5s / 1min 30s) [5m 3s] [10m] [1m30s]',
      'cloud-init[312]: [Kernel] [H] [m] [J2] [mysqld] [2K] pci [8086:1237] [1a2b] [0x80]',
      'acpi PNP0A03:00: _OSC: OS supports [ASPM ClockPM Segments MSI HPX-Type3]',
      '',
    ].join('\n');
    expect(toConsoleText(text)).toBe(text);
  });

  it('ends a line that lacks its beginning as the whole one', () => {
    const line = 'Finished [0;1;39msystemd-modules-l\ufffd\ufffd\ufffdservice[0m - Load Kernel Modules.';
    const whole = toConsoleText(line);
    for (let from = 0; from < line.length; from += 1) {
      const cut = toConsoleText(line.slice(from));
      expect(whole.endsWith(cut)).toBe(true);
    }
  });
});
