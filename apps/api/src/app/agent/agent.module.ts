import { Module } from '@nestjs/common';
import { AppConfig } from '../config/index.js';
import { OpenstackModule } from '../openstack/index.js';
import { AgentGuard } from './agent-guard.js';
import { AgentSessions } from './agent-sessions.service.js';
import { AgentController } from './agent.controller.js';
import { loadCertificate } from './certificate.js';
import { ConsoleReports } from './console-reports.service.js';
import { FindingsAllowance } from './findings-allowance.service.js';
import { ManagerIdentity } from './manager-identity.js';
import { RefusedCalls } from './refused-calls.service.js';
import { ReportIntake } from './report-intake.service.js';

@Module({
  imports: [OpenstackModule],
  controllers: [AgentController],
  providers: [
    AgentGuard,
    AgentSessions,
    ConsoleReports,
    FindingsAllowance,
    RefusedCalls,
    ReportIntake,
    {
      provide: ManagerIdentity,
      inject: [AppConfig],
      useFactory: async (config: AppConfig) =>
        new ManagerIdentity(await loadCertificate(config.inStorage('tls', 'grpc.json'))),
    },
  ],
  exports: [AgentSessions, ConsoleReports, ManagerIdentity, RefusedCalls],
})
export class AgentModule {}
