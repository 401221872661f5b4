import { Injectable, Logger } from '@nestjs/common';
import { readConsoleReport, type ConsoleReport } from '@image-manager/agent-contract';
import type { BuildEntity } from '../storage/index.js';
import { AgentSessions } from './agent-sessions.service.js';
import { ReportIntake } from './report-intake.service.js';

/** The agent's report where its server does not reach us: from the serial console, under a key that only the two know. */
@Injectable()
export class ConsoleReports {
  private readonly logger = new Logger(ConsoleReports.name);

  constructor(
    private readonly sessions: AgentSessions,
    private readonly intake: ReportIntake,
  ) {}

  /** Takes the report that stands in a console's text, if there is one and none came over gRPC before. */
  async read(build: BuildEntity, cloud: string, serverId: string, text: string): Promise<void> {
    if (!text.includes('IMR1:') || !build.artifact) return;
    const session = await this.sessions.findOpen(build.id, cloud);
    if (!session || (session.state !== 'issued' && session.state !== 'registered')) return;
    const { consoleKey } = session;
    const bound = { consoleKey, buildId: build.id, imageChecksum: build.artifact.sha512 };
    // An agent that found no instance id in its settings binds the report to none.
    for (const id of [serverId, '']) {
      const reading = readConsoleReport(text, { ...bound, serverId: id });
      if (reading.outcome === 'report') {
        if (belongs(session.nonce, reading.report))
          await this.intake.takeFromConsole(session, reading.report);
        return;
      }
      if (reading.outcome === 'forged' && id === '') {
        this.logger.warn(`build ${build.id}: a report on the console of server ${serverId} does not verify`);
      }
    }
  }
}

/** A report of another agent than the one that registered is none. */
function belongs(nonce: string | null, report: ConsoleReport): boolean {
  return nonce === null || nonce === report.nonce;
}
