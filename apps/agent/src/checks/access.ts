import { createHash } from 'node:crypto';
import {
  someOf,
  UNKNOWN_EXPECTATIONS,
  type CheckContext,
  type CheckDefinition,
  type Verdict,
} from './check.js';

async function authorizedKeys({ host, expectations, server }: CheckContext): Promise<Verdict> {
  if (!expectations) return UNKNOWN_EXPECTATIONS;
  const wanted = new Set(
    [...expectations.injectedKeys, ...server.publicKeys].flatMap((line) => keyIn(line) ?? []),
  );
  const foreign: string[] = [];
  let found = 0;
  for (const { user, home } of homesOf((await host.readFile('/etc/passwd')) ?? '')) {
    for (const file of ['authorized_keys', 'authorized_keys2']) {
      const text = (await host.readFile(`${home}/.ssh/${file}`)) ?? '';
      for (const line of text.split('\n')) {
        const key = keyIn(line);
        if (key === undefined) continue;
        found += 1;
        if (!wanted.has(key)) foreign.push(`${user}: ${fingerprint(key)}`);
      }
    }
  }
  const figure = { figure: String(found), unit: 'keys' };
  return foreign.length === 0
    ? { status: 'pass', reason: 'no key that nobody asked for', ...figure }
    : { status: 'fail', reason: `keys that nobody asked for: ${someOf(foreign)}`, ...figure };
}

/** Every account's home, and what new accounts start with. */
function homesOf(passwd: string): { user: string; home: string }[] {
  const homes = new Map<string, string>([['/etc/skel', 'new users']]);
  for (const line of passwd.split('\n')) {
    const [user, , , , , home] = line.split(':');
    if (user === undefined || home === undefined || !home.startsWith('/') || home === '/nonexistent')
      continue;
    if (!homes.has(home)) homes.set(home, user);
  }
  return [...homes].map(([home, user]) => ({ user, home }));
}

/** Type and key of a line of authorized_keys, without its options and comment (sshd(8)); undefined where it has none. */
function keyIn(line: string): string | undefined {
  if (line.trimStart().startsWith('#')) return undefined;
  const match = /(?:^|\s)((?:ssh|ecdsa|sk-ssh|sk-ecdsa)-[\w@.-]+)\s+([A-Za-z0-9+/]+=*)/.exec(line);
  return match ? `${match[1] ?? ''} ${match[2] ?? ''}` : undefined;
}

/** As `ssh-keygen -l` prints it. */
function fingerprint(key: string): string {
  const bytes = Buffer.from(key.split(' ')[1] ?? '', 'base64');
  return `SHA256:${createHash('sha256').update(bytes).digest('base64').replace(/=+$/, '')}`;
}

async function passwords({ host, expectations }: CheckContext): Promise<Verdict> {
  const shadow = await host.readFile('/etc/shadow');
  if (shadow === undefined) return { status: 'fail', reason: 'there is no /etc/shadow' };
  const empty: string[] = [];
  const usable: string[] = [];
  const locked: string[] = [];
  for (const line of shadow.split('\n')) {
    const [user = '', field] = line.split(':');
    if (user === '' || field === undefined) continue;
    if (field === '') empty.push(user);
    // crypt(5): a hash has a dollar sign or is traditional DES; "!" in front locks it, and leaves it readable.
    else if (/^!+\S{13,}$/.test(field)) locked.push(user);
    else if (!/^[!*x]/.test(field)) usable.push(user);
  }
  const figure = { figure: String(usable.length), unit: 'passwords' };
  if (empty.length > 0)
    return { status: 'fail', reason: `no password is asked of ${someOf(empty)}`, ...figure };
  const asked = expectations?.sshPasswordLogin === true ? expectations.users : [];
  const foreign = usable.filter((user) => !asked.includes(user));
  if (foreign.length > 0) {
    return { status: 'fail', reason: `passwords that nobody asked for: ${someOf(foreign)}`, ...figure };
  }
  if (locked.length > 0) {
    return { status: 'warn', reason: `locked, but with a password hash: ${someOf(locked)}`, ...figure };
  }
  return { status: 'pass', reason: 'no password that nobody asked for', ...figure };
}

async function sshd({ host, expectations, signal }: CheckContext): Promise<Verdict> {
  if (!(await host.find('/usr/sbin/sshd'))) return { status: 'skip', reason: 'sshd is not installed' };
  if (!expectations) return UNKNOWN_EXPECTATIONS;
  const printed = await host.run(['sshd', '-T'], { timeoutMs: 20_000, signal });
  if (printed?.code !== 0) {
    return {
      status: 'fail',
      reason: `sshd refuses its configuration: ${printed?.stderr.trim().slice(0, 300) ?? ''}`,
    };
  }
  const options = new Map(
    printed.stdout.split('\n').map((line): [string, string] => {
      const [name = '', ...values] = line.trim().split(' ');
      return [name.toLowerCase(), values.join(' ')];
    }),
  );
  const faults: string[] = [];
  const password = options.get('passwordauthentication') === 'yes';
  // PAM asks for the password through this door, too.
  const keyboard =
    (options.get('kbdinteractiveauthentication') ?? options.get('challengeresponseauthentication')) === 'yes';
  if (!expectations.sshPasswordLogin && password) faults.push('accepts passwords');
  if (!expectations.sshPasswordLogin && keyboard) faults.push('accepts keyboard-interactive logins');
  if (expectations.sshPasswordLogin && !password) faults.push('accepts no passwords');
  const root = options.get('permitrootlogin') ?? 'no';
  if (!expectations.sshRootLogin && root !== 'no') faults.push(`lets root in (PermitRootLogin ${root})`);
  if (expectations.sshRootLogin && root === 'no') faults.push('does not let root in');
  if (options.get('permitemptypasswords') === 'yes') faults.push('accepts empty passwords');
  return faults.length === 0
    ? { status: 'pass', reason: 'as the definition says' }
    : { status: 'fail', reason: `against the definition, sshd ${faults.join(', ')}` };
}

export const ACCESS_CHECKS: readonly CheckDefinition[] = [
  { name: 'hygiene.authorized-keys', limitMs: 30_000, when: 'after-boot', run: authorizedKeys },
  { name: 'hygiene.passwords', limitMs: 30_000, when: 'after-boot', run: passwords },
  { name: 'hygiene.sshd', limitMs: 60_000, when: 'after-boot', run: sshd },
];
