/** What an agent says of a healthy Debian server: reason, figure, unit and how long the check took, in ms. */
const HEALTHY = {
  'system.os-release': ['this is the system that the definition names', '', '', 1],
  'system.cloud-init': ['finished with DataSourceConfigDrive', '41.2', 's', 8210],
  'system.failed-units': ['no unit failed', '0', 'units', 312],
  'system.machine-id': ['made on this boot', '', '', 2],
  'system.ssh-host-keys': ['3 keys, made on this boot', '3', 'keys', 4],
  'system.hostname': ['as the metadata says', '', '', 9],
  'system.clock': ['0.3 s off the manager’s clock', '0.3', 's', 1],
  'disk.root-grown': ['fills the disk of 5 GiB', '4.7', 'GiB', 3],
  'disk.write': ['16 MiB written, synced and read back', '118', 'MiB/s', 136],
  'disk.space': ['3.6 GiB and 290 thousand inodes are free', '77', '%', 1],
  'network.address': ['10.0.2.15', '1', 'addresses', 12],
  'network.default-route': ['the network offers no gateway', '', '', 2],
  'network.name-resolution': ['the network offers no name server', '', '', 2],
  'network.manager': ['10.0.2.100:50051 answers', '4', 'ms', 6],
  'hygiene.authorized-keys': ['no key that nobody asked for', '1', 'keys', 3],
  'hygiene.passwords': ['no password that nobody asked for', '0', 'passwords', 2],
  'hygiene.leftovers': ['nothing of the build was left behind', '0', 'leftovers', 48],
  'hygiene.sshd': ['as the definition says', '', '', 71],
  'packages.dpkg-audit': ['every package is fully installed', '', '', 224],
  'packages.apt-check': ['no broken dependencies', '', '', 640],
  'packages.list': ['listed with versions', '', 'packages', 88],
  'timing.boot': ['until the report', '58', 's', 1],
};

const SKIPPED = new Set(['network.default-route', 'network.name-resolution']);

/** Name → what else an agent can find. */
export const OTHER_FINDINGS = {
  'disk.space': { status: 'warn', reason: '0.4 GiB and 290 thousand inodes are free', figure: '8' },
  'hygiene.leftovers': {
    status: 'warn',
    reason: '/var/cache/apt/archives/linux-image-6.1.0-41-cloud-amd64_6.1.158-1_amd64.deb',
    figure: '1',
  },
  'system.failed-units': {
    status: 'fail',
    reason: 'failed: nginx.service (bind() to 0.0.0.0:80 failed), fstrim.timer',
    figure: '2',
  },
  'hygiene.authorized-keys': {
    status: 'fail',
    reason: 'keys that nobody asked for: /root/.ssh/authorized_keys (builder@build-07)',
    figure: '2',
  },
};

/**
 * A finding for each check, healthy but for those named.
 *
 * @param {readonly string[]} names
 * @param {{ next(): number }} random
 * @param {{ packageCount: number, unlike?: string[] }} server
 */
export function findingsOf(names, random, { packageCount, unlike = [] }) {
  return names.map((name) => {
    const [reason, figure, unit, durationMs] = HEALTHY[name];
    const healthy = {
      name,
      status: SKIPPED.has(name) ? 'skip' : 'pass',
      reason,
      figure: name === 'packages.list' ? String(packageCount) : figure,
      unit,
      durationMs: Math.max(1, Math.round(durationMs * (0.8 + 0.4 * random.next()))),
    };
    return unlike.includes(name) ? { ...healthy, ...OTHER_FINDINGS[name] } : healthy;
  });
}

/** Where a boot's time went, in ms, of one that took `seconds` until the report. */
export function bootTiming(seconds, random) {
  const part = (share) => Math.round(seconds * 1000 * share * (0.95 + 0.1 * random.next()));
  return {
    kernelMs: part(0.08),
    initrdMs: part(0.11),
    userspaceMs: part(0.36),
    cloudInitMs: part(0.3),
    untilReportMs: Math.round(seconds * 1000),
  };
}
