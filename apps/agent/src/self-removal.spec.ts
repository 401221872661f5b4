import { access, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { removeAgent } from './self-removal.js';
import { Guest } from './testing/guest.js';

let guest: Guest;

beforeEach(async () => {
  guest = await Guest.make();
  await guest.write('etc/systemd/system/image-manager-agent.service', '[Service]');
  await guest.write('usr/local/lib/image-manager/image-manager-agent', 'binary');
});
afterEach(() => guest.remove());

async function expectNoTrace(): Promise<void> {
  for (const path of ['etc/systemd/system/image-manager-agent.service', 'usr/local/lib/image-manager']) {
    await expect(access(join(guest.root, path))).rejects.toThrow(/ENOENT/);
  }
}

describe('removeAgent', () => {
  it('disables the unit, deletes it and the program, and tells systemd', async () => {
    await removeAgent(guest.host, () => {});

    await expectNoTrace();
    expect(await readFile(join(guest.root, 'run/systemctl.log'), 'utf8')).toBe(
      'disable image-manager-agent.service\ndaemon-reload\n',
    );
  });

  it('deletes all it can where systemd refuses', async () => {
    await guest.program('systemctl', 'echo "no" >&2; exit 1');
    const lines: string[] = [];

    await removeAgent(guest.host, (line) => lines.push(line));

    await expectNoTrace();
    expect(lines).toEqual(['systemctl disable: no', 'systemctl daemon-reload: no']);
  });
});
