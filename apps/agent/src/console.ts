import { encodeConsoleReport, type AgentSettings } from '@image-manager/agent-contract';
import type { CheckRun } from './checks/run-checks.js';
import type { Host } from './host.js';
import type { ServerFacts } from './settings/datasource.js';

/** The run as lines for the serial console, bound to this server. The package list would not fit and stays out. */
export async function encodeForConsole(
  host: Host,
  run: CheckRun,
  {
    nonce,
    problem,
    settings,
    server,
  }: { nonce: string; problem: string; settings: AgentSettings; server: ServerFacts },
): Promise<string[]> {
  const {
    kernelMs = 0,
    initrdMs = 0,
    userspaceMs = 0,
    cloudInitMs = 0,
    untilReportMs = 0,
  } = run.timing ?? {};
  return encodeConsoleReport(
    {
      nonce,
      problem,
      kernelRelease: (await host.readFile('/proc/sys/kernel/osrelease'))?.trim() ?? '',
      checks: run.results,
      timing: { kernelMs, initrdMs, userspaceMs, cloudInitMs, untilReportMs },
    },
    {
      consoleKey: settings.consoleKey,
      buildId: settings.buildId,
      serverId: server.serverId ?? '',
      imageChecksum: settings.imageChecksum,
    },
  );
}

/**
 * Prints to every serial console of the kernel: /dev/console is only the last one of the kernel's command line, and may be
 * a screen that nobody records.
 */
export async function printOnConsoles(host: Host, lines: readonly string[]): Promise<void> {
  // The empty line ends whatever stands there unfinished, such as a login prompt.
  const text = `\r\n${lines.join('\r\n')}\r\n`;
  const active = ((await host.readFile('/sys/class/tty/console/active')) ?? '').split(/\s+/);
  const serial = active.filter((name) => /^(ttyS|ttyAMA|hvc|ttysclp)\d*$/.test(name));
  let printed = false;
  for (const name of serial) printed = (await host.print(`/dev/${name}`, text)) || printed;
  if (!printed) await host.print('/dev/console', text);
}
