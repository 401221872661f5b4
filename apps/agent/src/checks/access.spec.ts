import { Guest } from '../testing/guest.js';
import { EXPECTATIONS, runCheck } from '../testing/run-check.js';

let guest: Guest;

beforeEach(async () => {
  guest = await Guest.make();
});
afterEach(() => guest.remove());

const FOREIGN = 'ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAAAgQDforeign builder@host';

describe('hygiene.authorized-keys', () => {
  it.each([
    'root/.ssh/authorized_keys',
    'home/debian/.ssh/authorized_keys2',
    'etc/skel/.ssh/authorized_keys',
  ])('fails on a key that nobody asked for in %s', async (path) => {
    await guest.write(path, `# a comment\n${FOREIGN}\n`);
    await expect(runCheck('hygiene.authorized-keys', guest)).resolves.toMatchObject({
      status: 'fail',
      reason: expect.stringMatching(/SHA256:[\w+/]{43}$/) as string,
    });
  });

  it('knows an injected key behind options and another comment', async () => {
    const [key = ''] = EXPECTATIONS.injectedKeys;
    const options =
      'no-port-forwarding,command="echo \'Please login as the user \\"debian\\"\';sleep 10;exit 142"';
    await guest.write('root/.ssh/authorized_keys', `${options} ${key.replace('injected', 'else')}\n`);
    await expect(runCheck('hygiene.authorized-keys', guest)).resolves.toMatchObject({
      status: 'pass',
      figure: '2',
    });
  });

  it("takes the server's keypair for asked for", async () => {
    await guest.write('root/.ssh/authorized_keys', FOREIGN);
    const server = { publicKeys: [FOREIGN.replace('builder@host', '')] };
    await expect(runCheck('hygiene.authorized-keys', guest, { server })).resolves.toMatchObject({
      status: 'pass',
    });
  });
});

describe('hygiene.passwords', () => {
  it.each([
    ['root:$y$j9T$salt$hash:19600:0:99999:7:::', 'fail', /root/],
    ['root:abJnggxhB/yWI:19600:0:99999:7:::', 'fail', /root/],
    ['backdoor::19600:0:99999:7:::', 'fail', /no password is asked of backdoor/],
    ['debian:!$6$salt$hash.hash.hash:19600:0:99999:7:::', 'warn', /debian/],
    ['sync:*:19600:0:99999:7:::', 'pass', /no password/],
    ['user:!!:19600:0:99999:7:::', 'pass', /no password/],
  ])('judges %s: %s', async (line, status, reason) => {
    await guest.write('etc/shadow', `${line}\n`);
    await expect(runCheck('hygiene.passwords', guest)).resolves.toMatchObject({
      status,
      reason: expect.stringMatching(reason) as string,
    });
  });

  it('allows a password to the users of a definition with password login, and to no other', async () => {
    const expectations = { ...EXPECTATIONS, sshPasswordLogin: true };
    await guest.write('etc/shadow', 'debian:$6$s$h:1:0:9:7:::\n');
    await expect(runCheck('hygiene.passwords', guest, { expectations })).resolves.toMatchObject({
      status: 'pass',
    });
    await guest.write('etc/shadow', 'debian:$6$s$h:1:0:9:7:::\nroot:$6$s$h:1:0:9:7:::\n');
    await expect(runCheck('hygiene.passwords', guest, { expectations })).resolves.toMatchObject({
      status: 'fail',
      reason: 'passwords that nobody asked for: root',
    });
  });
});

describe('hygiene.sshd', () => {
  it.each([
    ['echo "passwordauthentication yes"', 'accepts passwords'],
    ['echo "kbdinteractiveauthentication yes"', 'accepts keyboard-interactive logins'],
    ['echo "permitrootlogin without-password"', 'lets root in (PermitRootLogin without-password)'],
    ['echo "permitemptypasswords yes"', 'accepts empty passwords'],
  ])('fails on a policy that differs: %s', async (script, fault) => {
    await guest.program('sshd', script);
    await expect(runCheck('hygiene.sshd', guest)).resolves.toMatchObject({
      status: 'fail',
      reason: `against the definition, sshd ${fault}`,
    });
  });

  it('fails where the definition wants passwords and root and sshd does not', async () => {
    const expectations = { ...EXPECTATIONS, sshPasswordLogin: true, sshRootLogin: true };
    await expect(runCheck('hygiene.sshd', guest, { expectations })).resolves.toMatchObject({
      status: 'fail',
      reason: 'against the definition, sshd accepts no passwords, does not let root in',
    });
  });

  it('fails with what sshd says against its own configuration', async () => {
    await guest.program('sshd', 'echo "sshd_config line 3: Bad configuration option" >&2; exit 255');
    await expect(runCheck('hygiene.sshd', guest)).resolves.toMatchObject({
      status: 'fail',
      reason: expect.stringContaining('line 3') as string,
    });
  });
});
