import type { Package } from '@image-manager/agent-contract';
import { firstLine, type CheckContext, type CheckDefinition, type Verdict } from './check.js';

const NO_DPKG: Verdict = { status: 'skip', reason: 'dpkg is not installed' };

async function dpkgAudit({ host, signal, log }: CheckContext): Promise<Verdict> {
  const audit = await host.run(['dpkg', '--audit'], { timeoutMs: 60_000, signal });
  if (!audit) return NO_DPKG;
  const output = `${audit.stdout}${audit.stderr}`;
  if (audit.code === 0 && audit.stdout.trim() === '')
    return { status: 'pass', reason: 'every package is fully installed' };
  for (const line of output.split('\n')) if (line.trim() !== '') log(`dpkg --audit: ${line}`);
  return { status: 'fail', reason: firstLine(output) || `dpkg --audit ended with ${audit.code}` };
}

async function aptCheck({ host, signal, log }: CheckContext): Promise<Verdict> {
  // Without the lock: the distribution's own timers may hold it, and nothing is changed here.
  const check = await host.run(['apt-get', 'check', '-q', '-o', 'Debug::NoLocking=1'], {
    timeoutMs: 90_000,
    signal,
  });
  if (!check) return { status: 'skip', reason: 'apt is not installed' };
  if (check.code === 0) return { status: 'pass', reason: 'no broken dependencies' };
  for (const line of `${check.stdout}${check.stderr}`.split('\n'))
    if (line.trim() !== '') log(`apt-get check: ${line}`);
  return { status: 'fail', reason: firstLine(check.stderr) || `apt-get check ended with ${check.code}` };
}

async function list({ host, signal }: CheckContext): Promise<Verdict> {
  const format = '${Package}\\t${Version}\\t${Architecture}\\t${db:Status-Status}\\n';
  const listed = await host.run(['dpkg-query', '-W', '-f', format], { timeoutMs: 60_000, signal });
  if (!listed) return NO_DPKG;
  if (listed.code !== 0) return { status: 'fail', reason: firstLine(listed.stderr) || 'dpkg-query failed' };
  const packages = parsePackages(listed.stdout);
  return packages.length > 0
    ? {
        status: 'pass',
        reason: 'listed with versions',
        figure: String(packages.length),
        unit: 'packages',
        packages,
      }
    : { status: 'fail', reason: 'dpkg knows no package', figure: '0', unit: 'packages' };
}

/** Lines of name, version, architecture, status; packages that are removed but for their configuration are left out. */
function parsePackages(text: string): Package[] {
  const rows = text.split('\n').flatMap((line) => {
    const [name, version, architecture, status] = line.split('\t');
    if (name === undefined || version === undefined || architecture === undefined) return [];
    return status === 'not-installed' || status === 'config-files' ? [] : { name, version, architecture };
  });
  const native = mostFrequent(rows.map(({ architecture }) => architecture).filter((it) => it !== 'all'));
  return rows.map(({ name, version, architecture }) => ({
    name: architecture === 'all' || architecture === native ? name : `${name}:${architecture}`,
    version,
    architecture,
  }));
}

function mostFrequent(values: readonly string[]): string | undefined {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts].sort(([, a], [, b]) => b - a)[0]?.[0];
}

export const PACKAGES_CHECKS: readonly CheckDefinition[] = [
  { name: 'packages.dpkg-audit', limitMs: 60_000, when: 'after-boot', run: dpkgAudit },
  { name: 'packages.apt-check', limitMs: 90_000, when: 'after-boot', run: aptCheck },
  { name: 'packages.list', limitMs: 60_000, when: 'after-boot', run: list },
];
