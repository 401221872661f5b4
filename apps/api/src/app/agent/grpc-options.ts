import { fileURLToPath } from 'node:url';
import { ServerCredentials, type ServerInterceptor } from '@grpc/grpc-js';
import { Transport, type GrpcOptions } from '@nestjs/microservices';
import { AGENT_PACKAGE, PROTO_LOADER_OPTIONS } from '@image-manager/agent-contract';
import type { Address } from '../config/index.js';
import type { ManagerCertificate } from './certificate.js';

/** A report with a package list is some 100 KiB; what is far larger is not a report. */
const MAX_MESSAGE_BYTES = 4 * 1024 * 1024;

/** @param interceptors see every call before it is handled. */
export function grpcOptions(
  { host, port }: Address,
  { certificate, privateKey }: ManagerCertificate,
  interceptors: readonly ServerInterceptor[] = [],
): GrpcOptions {
  return {
    transport: Transport.GRPC,
    options: {
      package: AGENT_PACKAGE,
      protoPath: fileURLToPath(import.meta.resolve('@image-manager/agent-contract/agent.proto')),
      url: `${host}:${port}`,
      loader: PROTO_LOADER_OPTIONS,
      maxReceiveMessageLength: MAX_MESSAGE_BYTES,
      // Nest hands these to gRPC's server as they are.
      channelOptions: { interceptors },
      credentials: ServerCredentials.createSsl(null, [
        { cert_chain: Buffer.from(certificate), private_key: Buffer.from(privateKey) },
      ]),
    },
  };
}
