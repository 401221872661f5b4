import { decodeUserData, encodeConsoleReport } from '@image-manager/agent-contract';
import type { StandIn } from '@image-manager/cloud-openstack/testing';
import { AGENT_CHECKS } from '@image-manager/contracts';

/** What the agent prints when it has no way to the manager. */
export function consoleReportOf(standIn: StandIn, consoleKey?: string): string {
  const [server] = standIn.servers();
  const settings = server && decodeUserData(server.userData);
  if (!settings) return '';
  const lines = encodeConsoleReport(
    {
      nonce: 'c'.repeat(32),
      problem: 'no route to host',
      kernelRelease: '6.1.0',
      checks: AGENT_CHECKS.map((name) => ({
        name,
        status: name === 'network.manager' ? ('fail' as const) : ('pass' as const),
        reason: 'says the test',
        figure: '',
        unit: '',
        durationMs: 1,
      })),
    },
    {
      consoleKey: consoleKey ?? settings.consoleKey,
      buildId: settings.buildId,
      serverId: server.id,
      imageChecksum: settings.imageChecksum,
    },
  );
  return `Welcome\n${lines.join('\n')}\n`;
}
