import type { Host } from '../host.js';
import { getBootTime, isFromThisBoot } from './boot-time.js';
import { someOf, type CheckContext, type CheckDefinition, type Verdict } from './check.js';

/** Things that only a build in a chroot makes; a server that has them was not tidied up. */
const BUILD_ONLY = [
  // Forbids packages to start their services.
  '/usr/sbin/policy-rc.d',
  '/usr/sbin/start-stop-daemon.REAL',
  '/sbin/start-stop-daemon.REAL',
  // disk-image-builder's work inside the image.
  '/tmp/in_target.d',
  '/tmp/in_target.aux',
  '/tmp/ccache',
  '/opt/dib_cache',
  '/etc/dib_dracut_drivers',
  '/debootstrap',
  '/root/.bash_history',
];

/** Where the distributions' own archives live; everything else deserves a look. */
const OFFICIAL_ARCHIVE = /(^|\.)(debian\.org|ubuntu\.com)$/;

interface Finding {
  serious: boolean;
  what: string;
}

async function leftovers(context: CheckContext): Promise<Verdict> {
  const { host } = context;
  const bootTime = await getBootTime(host);
  const findings = (
    await Promise.all([
      proxies(host),
      mirrors(host),
      resolverOfBuildHost(host, bootTime),
      oldTemporaryFiles(host, bootTime),
      buildOnly(host),
      cloudInitOfAnotherServer(host),
    ])
  ).flat();
  const figure = { figure: String(findings.length), unit: 'leftovers' };
  if (findings.length === 0)
    return { status: 'pass', reason: 'nothing of the build was left behind', ...figure };
  const serious = findings.filter((finding) => finding.serious);
  return serious.length > 0
    ? { status: 'fail', reason: someOf(serious.map(({ what }) => what)), ...figure }
    : { status: 'warn', reason: someOf(findings.map(({ what }) => what)), ...figure };
}

async function proxies(host: Host): Promise<Finding[]> {
  const findings: Finding[] = [];
  const parts = await host.list('/etc/apt/apt.conf.d');
  for (const path of ['/etc/apt/apt.conf', ...parts.map((name) => `/etc/apt/apt.conf.d/${name}`)]) {
    const text = withoutComments((await host.readFile(path)) ?? '');
    if (/Acquire::(https?|ftp)::Proxy\b(?!-Auto-Detect)|^\s*Proxy\s+"/im.test(text)) {
      findings.push({ serious: true, what: `a proxy in ${path}` });
    }
  }
  for (const path of ['/etc/environment', '/etc/profile.d/proxy.sh', '/etc/wgetrc', '/etc/default/locale']) {
    const text = withoutComments((await host.readFile(path)) ?? '');
    if (/^\s*(export\s+)?(https?|ftp|all)_proxy\s*=\s*\S/im.test(text)) {
      findings.push({ serious: true, what: `a proxy in ${path}` });
    }
  }
  return findings;
}

async function mirrors(host: Host): Promise<Finding[]> {
  const parts = await host.list('/etc/apt/sources.list.d');
  const findings = new Map<string, Finding>();
  for (const path of ['/etc/apt/sources.list', ...parts.map((name) => `/etc/apt/sources.list.d/${name}`)]) {
    const text = withoutComments((await host.readFile(path)) ?? '');
    for (const [uri, scheme = '', name = ''] of text.matchAll(/\b([a-z][a-z+]*):\/{1,3}([^\s/:]*)[^\s]*/g)) {
      if (OFFICIAL_ARCHIVE.test(name)) continue;
      // A host without a dot, an address or a folder exists for the build machine alone.
      const local = !scheme.startsWith('http') || !name.includes('.') || /^[\d.]+$/.test(name);
      findings.set(name || uri, { serious: local, what: `packages come from ${uri} (${path})` });
    }
  }
  return [...findings.values()];
}

/** A resolv.conf that no network service of this boot wrote came with the image. */
async function resolverOfBuildHost(host: Host, bootTime: number): Promise<Finding[]> {
  const path = '/etc/resolv.conf';
  const facts = await host.find(path);
  if (facts?.kind !== 'file' || isFromThisBoot(facts.modifiedMs, bootTime)) return [];
  const servers = /^\s*(nameserver|search|domain)\s+\S/m.test((await host.readFile(path)) ?? '');
  return servers ? [{ serious: true, what: `${path} is older than this boot and names servers` }] : [];
}

async function oldTemporaryFiles(host: Host, bootTime: number): Promise<Finding[]> {
  const old: string[] = [];
  for (const directory of ['/tmp', '/var/tmp']) {
    for (const name of await host.list(directory)) {
      const facts = await host.find(`${directory}/${name}`);
      if (facts && !isFromThisBoot(facts.modifiedMs, bootTime)) old.push(`${directory}/${name}`);
    }
  }
  return old.map((path) => ({ serious: false, what: `${path} is older than this boot` }));
}

async function buildOnly(host: Host): Promise<Finding[]> {
  const found: Finding[] = [];
  for (const path of BUILD_ONLY) {
    if (await host.find(path)) found.push({ serious: true, what: `${path} is of the build` });
  }
  return found;
}

async function cloudInitOfAnotherServer(host: Host): Promise<Finding[]> {
  const instances = await host.list('/var/lib/cloud/instances');
  return instances.length > 1
    ? [{ serious: true, what: `cloud-init remembers ${instances.length} servers, so it ran before` }]
    : [];
}

function withoutComments(text: string): string {
  return text.replaceAll(/^\s*(#|\/\/).*$/gm, '');
}

export const LEFTOVERS_CHECKS: readonly CheckDefinition[] = [
  { name: 'hygiene.leftovers', limitMs: 30_000, when: 'after-boot', run: leftovers },
];
