export { AgentModule } from './agent.module.js';
export { AgentSessions } from './agent-sessions.service.js';
export { ConsoleReports } from './console-reports.service.js';
export { grpcOptions } from './grpc-options.js';
export { ManagerIdentity } from './manager-identity.js';
export { RefusedCalls } from './refused-calls.service.js';
export { noteUnanswered } from './unanswered-calls.js';
