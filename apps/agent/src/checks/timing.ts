import type { CheckContext, CheckDefinition, Verdict } from './check.js';
import { waitForCloudInit } from './cloud-init.js';

/**
 * Where the boot's time went, by systemd's own monotonic timestamps (org.freedesktop.systemd1.Manager): the kernel's part
 * ends where the initrd begins, or userspace where there is none.
 */
async function boot({ host, signal }: CheckContext): Promise<Verdict> {
  const shown = await host.run(
    [
      'systemctl',
      'show',
      '--property=InitRDTimestampMonotonic,UserspaceTimestampMonotonic,FinishTimestampMonotonic',
    ],
    { timeoutMs: 15_000, signal },
  );
  const milliseconds = (name: string) =>
    Math.round(
      Number(new RegExp(`^${name}TimestampMonotonic=(\\d+)$`, 'm').exec(shown?.stdout ?? '')?.[1] ?? 0) /
        1000,
    );
  const initrd = milliseconds('InitRD');
  const userspace = milliseconds('Userspace');
  const finish = milliseconds('Finish');
  const cloudInit = await waitForCloudInit(host, 0, signal);
  const untilReportMs = host.uptimeMs();
  const timing = {
    kernelMs: initrd || userspace,
    initrdMs: initrd > 0 ? Math.max(0, userspace - initrd) : 0,
    userspaceMs: finish > 0 ? Math.max(0, finish - userspace) : 0,
    cloudInitMs: cloudInit.durationMs,
    untilReportMs,
  };
  return {
    status: 'pass',
    reason:
      `kernel ${seconds(timing.kernelMs)}, initrd ${seconds(timing.initrdMs)}, ` +
      `userspace ${seconds(timing.userspaceMs)}, cloud-init ${seconds(timing.cloudInitMs)}`,
    figure: (untilReportMs / 1000).toFixed(1),
    unit: 's',
    timing,
  };
}

function seconds(milliseconds: number): string {
  return milliseconds === 0 ? 'unknown' : `${(milliseconds / 1000).toFixed(1)} s`;
}

export const TIMING_CHECKS: readonly CheckDefinition[] = [
  { name: 'timing.boot', limitMs: 30_000, when: 'after-boot', run: boot },
];
