import { fileURLToPath } from 'node:url';
import {
  credentials,
  loadPackageDefinition,
  Metadata,
  status,
  type ClientWritableStream,
  type ServiceError,
} from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import {
  MANAGER_TLS_NAME,
  PROTO_LOADER_OPTIONS,
  type AgentServiceClient,
  type Finding,
  type ProtoGrpcType,
  type ReportRequest,
} from '@image-manager/agent-contract';

/** How a call ended, and for a stream how many findings were taken. */
export interface Outcome {
  code: status;
  accepted?: number;
}

/** Somebody in the network of the test servers who says whatever they like, with whatever token they have. */
export class Liar {
  readonly client: AgentServiceClient;

  constructor(address: string, certificate: string) {
    const proto = fileURLToPath(import.meta.resolve('@image-manager/agent-contract/agent.proto'));
    const types = loadPackageDefinition(loadSync(proto, PROTO_LOADER_OPTIONS)) as unknown as ProtoGrpcType;
    this.client = new types.image_manager.agent.v1.AgentService(
      address,
      credentials.createSsl(Buffer.from(certificate)),
      { 'grpc.ssl_target_name_override': MANAGER_TLS_NAME },
    );
  }

  /** @param token none is sent if absent. */
  register(token: string | undefined, nonce: string): Promise<status> {
    return new Promise((resolve) => {
      this.client.Register({ nonce, agentVersion: 'liar' }, bearer(token), (error) => {
        resolve(codeOf(error));
      });
    });
  }

  report(token: string | undefined, report: ReportRequest): Promise<status> {
    return new Promise((resolve) => {
      this.client.Report(report, bearer(token), (error) => {
        resolve(codeOf(error));
      });
    });
  }

  /** A stream that is open, and how it ends. */
  stream(token: string | undefined): { findings: ClientWritableStream<Finding>; ended: Promise<Outcome> } {
    const { promise: ended, resolve } = Promise.withResolvers<Outcome>();
    const findings = this.client.StreamFindings(bearer(token), (error, answer) => {
      resolve({ code: codeOf(error), ...(answer ? { accepted: answer.accepted } : {}) });
    });
    findings.on('error', () => {});
    return { findings, ended };
  }

  /** A stream that says one thing and ends. */
  async say(token: string | undefined, logLine: string): Promise<status> {
    const { findings, ended } = this.stream(token);
    findings.write({ logLine });
    findings.end();
    return (await ended).code;
  }
}

function bearer(token: string | undefined): Metadata {
  const metadata = new Metadata();
  if (token !== undefined) metadata.set('authorization', `Bearer ${token}`);
  return metadata;
}

function codeOf(error: ServiceError | null): status {
  return error?.code ?? status.OK;
}
