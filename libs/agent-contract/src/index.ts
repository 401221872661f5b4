/** gRPC package and service as `proto/agent/v1/agent.proto` names them. */
export const AGENT_PACKAGE = 'image_manager.agent.v1';
export const AGENT_SERVICE = 'AgentService';

/** Options for proto-loader that fit the generated types; API and agent must use the same. */
export const PROTO_LOADER_OPTIONS = {
  keepCase: false,
  longs: String,
  enums: String,
  defaults: true,
  oneofs: true,
} as const;

export * from './console-report.js';
export * from './settings.js';
export type { ProtoGrpcType } from './generated/agent.js';
export type * from './generated/image_manager/agent/v1/AgentService.js';
export type * from './generated/image_manager/agent/v1/Check.js';
export type * from './generated/image_manager/agent/v1/CheckStatus.js';
export type * from './generated/image_manager/agent/v1/Expectations.js';
export type * from './generated/image_manager/agent/v1/Finding.js';
export type * from './generated/image_manager/agent/v1/Instruction.js';
export type * from './generated/image_manager/agent/v1/Package.js';
export type * from './generated/image_manager/agent/v1/RegisterRequest.js';
export type * from './generated/image_manager/agent/v1/RegisterResponse.js';
export type * from './generated/image_manager/agent/v1/ReportRequest.js';
export type * from './generated/image_manager/agent/v1/ReportResponse.js';
export type * from './generated/image_manager/agent/v1/StreamFindingsResponse.js';
export type * from './generated/image_manager/agent/v1/Timing.js';
