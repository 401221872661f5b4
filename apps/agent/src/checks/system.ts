import { UNIT } from '../self-removal.js';
import { getBootTime, isFromThisBoot } from './boot-time.js';
import {
  firstLine,
  someOf,
  UNKNOWN_EXPECTATIONS,
  type CheckContext,
  type CheckDefinition,
  type Verdict,
} from './check.js';
import { waitForCloudInit } from './cloud-init.js';

/** A certificate or a repository signature is refused beyond this; below, network time will mend it. */
const CLOCK_WARN_MS = 30_000;
const CLOCK_FAIL_MS = 300_000;

async function osRelease({ host, expectations }: CheckContext): Promise<Verdict> {
  const text = (await host.readFile('/etc/os-release')) ?? (await host.readFile('/usr/lib/os-release'));
  if (text === undefined) return { status: 'fail', reason: 'there is no /etc/os-release' };
  const field = (name: string) => new RegExp(`^${name}=["']?([^"'\\n]*)`, 'm').exec(text)?.[1] ?? '';
  const figure = `${field('ID')} ${field('VERSION_ID')}`.trim();
  if (!expectations) return { ...UNKNOWN_EXPECTATIONS, figure };
  const expected = `${expectations.osId} ${expectations.osVersion}`;
  return figure === expected
    ? { status: 'pass', reason: `this is ${field('PRETTY_NAME') || figure}`, figure }
    : { status: 'fail', reason: `this is ${figure}, the definition says ${expected}`, figure };
}

async function cloudInit({ host, settleLimitMs, signal, log }: CheckContext): Promise<Verdict> {
  const state = await waitForCloudInit(host, settleLimitMs, signal);
  const figure = { figure: (state.durationMs / 1000).toFixed(1), unit: 's' };
  for (const line of [...state.errors, ...state.recoverable]) log(`cloud-init: ${line}`);
  if (state.outcome === 'disabled')
    return { status: 'fail', reason: 'cloud-init is not installed or disabled' };
  if (state.errors.length > 0) {
    return { status: 'fail', reason: `cloud-init: ${firstLine(state.errors.join('; '))}`, ...figure };
  }
  if (state.outcome === 'unfinished') {
    return { status: 'fail', reason: `cloud-init was not done within ${Math.round(settleLimitMs / 1000)} s` };
  }
  if (/DataSourceNone/.test(state.datasource)) {
    return { status: 'fail', reason: 'cloud-init found no datasource', ...figure };
  }
  if (state.recoverable.length > 0) {
    return { status: 'warn', reason: `cloud-init: ${firstLine(state.recoverable.join('; '))}`, ...figure };
  }
  return { status: 'pass', reason: `finished with ${state.datasource || 'its datasource'}`, ...figure };
}

async function failedUnits({ host, settleLimitMs, signal, log }: CheckContext): Promise<Verdict> {
  const waited = await host.run(['systemctl', 'is-system-running', '--wait'], {
    timeoutMs: settleLimitMs,
    signal,
  });
  if (!waited) return { status: 'skip', reason: 'systemd is not the init system' };
  const listed = await host.run(
    ['systemctl', 'list-units', '--failed', '--plain', '--no-legend', '--no-pager', '--full'],
    {
      timeoutMs: 15_000,
      signal,
    },
  );
  if (listed?.code !== 0) {
    return {
      status: 'fail',
      reason: `systemctl list-units: ${firstLine(listed?.stderr ?? '') || 'no answer'}`,
    };
  }
  const units = listed.stdout
    .split('\n')
    .map(
      (line) =>
        line
          .trim()
          .replace(/^[●*] /u, '')
          .split(/\s+/)[0] ?? '',
    )
    .filter((unit) => unit !== '' && unit !== UNIT);
  if (units.length > 0) {
    for (const unit of units.slice(0, 5)) {
      const status = await host.run(['systemctl', 'status', '--no-pager', '--full', '--lines=10', unit], {
        timeoutMs: 10_000,
        signal,
      });
      for (const line of status?.stdout.split('\n') ?? []) if (line.trim() !== '') log(line);
    }
    return {
      status: 'fail',
      reason: `failed: ${someOf(units)}`,
      figure: String(units.length),
      unit: 'units',
    };
  }
  if (waited.code === -1) {
    return { status: 'fail', reason: `the boot was not over within ${Math.round(settleLimitMs / 1000)} s` };
  }
  return { status: 'pass', reason: 'no unit failed', figure: '0', unit: 'units' };
}

async function machineId({ host }: CheckContext): Promise<Verdict> {
  const id = (await host.readFile('/etc/machine-id'))?.trim() ?? '';
  if (!/^[0-9a-f]{32}$/.test(id))
    return { status: 'fail', reason: `/etc/machine-id holds no id ("${id.slice(0, 40)}")` };
  const facts = await host.find('/etc/machine-id');
  const fresh = facts !== undefined && isFromThisBoot(facts.modifiedMs, await getBootTime(host));
  return fresh
    ? { status: 'pass', reason: 'made on this boot' }
    : {
        status: 'fail',
        reason: '/etc/machine-id is older than this boot: every server of this image would share it',
      };
}

async function sshHostKeys({ host }: CheckContext): Promise<Verdict> {
  const keys = (await host.list('/etc/ssh')).filter((name) => /^ssh_host_.*_key$/.test(name));
  if (keys.length === 0) {
    return (await host.find('/usr/sbin/sshd'))
      ? { status: 'fail', reason: 'sshd is installed and has no host keys' }
      : { status: 'skip', reason: 'sshd is not installed' };
  }
  const bootTime = await getBootTime(host);
  const old: string[] = [];
  for (const key of keys) {
    const facts = await host.find(`/etc/ssh/${key}`);
    if (!facts || !isFromThisBoot(facts.modifiedMs, bootTime)) old.push(key);
  }
  const figure = { figure: String(keys.length), unit: 'keys' };
  return old.length === 0
    ? { status: 'pass', reason: 'made on this boot', ...figure }
    : {
        status: 'fail',
        reason: `older than this boot, so every server would share them: ${someOf(old)}`,
        ...figure,
      };
}

async function hostname({ host, expectations, server }: CheckContext): Promise<Verdict> {
  const actual = (await host.readFile('/proc/sys/kernel/hostname'))?.trim() ?? '';
  const wanted = server.hostname ?? (expectations ? asHostname(expectations.serverName) : undefined);
  if (wanted === undefined || wanted === '') return { ...UNKNOWN_EXPECTATIONS, figure: actual };
  const [first] = wanted.split('.');
  return actual.split('.')[0] === first
    ? { status: 'pass', reason: 'as the metadata say', figure: actual }
    : { status: 'fail', reason: `the hostname is ${actual}, the metadata say ${wanted}`, figure: actual };
}

/** As Nova makes it (nova.utils.sanitize_hostname). */
function asHostname(serverName: string): string {
  return serverName
    .replaceAll(/[ _]/g, '-')
    .replaceAll(/[^\w.-]+/g, '')
    .toLowerCase()
    .replaceAll(/^[.-]+|[.-]+$/g, '');
}

function clock({ manager }: CheckContext): Promise<Verdict> {
  if (!manager.reached) return Promise.resolve(UNKNOWN_EXPECTATIONS);
  const off = manager.clockOffsetMs;
  const figure = { figure: (off / 1000).toFixed(1), unit: 's' };
  const apart = `${Math.abs(off / 1000).toFixed(0)} s ${off > 0 ? 'ahead of' : 'behind'} the manager's clock`;
  // The manager read its clock at some moment of the round trip, which a busy emulated server takes seconds for.
  const certain = Math.abs(off) - manager.roundTripMs / 2;
  if (certain > CLOCK_FAIL_MS) return Promise.resolve({ status: 'fail', reason: apart, ...figure });
  if (certain > CLOCK_WARN_MS) return Promise.resolve({ status: 'warn', reason: apart, ...figure });
  return Promise.resolve({ status: 'pass', reason: "agrees with the manager's clock", ...figure });
}

export const SYSTEM_CHECKS: readonly CheckDefinition[] = [
  { name: 'system.os-release', limitMs: 30_000, when: 'at-once', run: osRelease },
  { name: 'system.cloud-init', limitMs: 30_000, when: 'waits', run: cloudInit },
  { name: 'system.failed-units', limitMs: 60_000, when: 'waits', run: failedUnits },
  { name: 'system.machine-id', limitMs: 30_000, when: 'after-boot', run: machineId },
  { name: 'system.ssh-host-keys', limitMs: 30_000, when: 'after-boot', run: sshHostKeys },
  { name: 'system.hostname', limitMs: 30_000, when: 'after-boot', run: hostname },
  { name: 'system.clock', limitMs: 30_000, when: 'at-once', run: clock },
];
