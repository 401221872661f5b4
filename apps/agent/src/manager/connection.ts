import {
  credentials,
  loadPackageDefinition,
  Metadata,
  status as Status,
  type ServiceError,
} from '@grpc/grpc-js';
import { fromJSON } from '@grpc/proto-loader';
import {
  MANAGER_TLS_NAME,
  PROTO_LOADER_OPTIONS,
  type AgentServiceClient,
  type AgentSettings,
  type ProtoGrpcType,
  type RegisterRequest,
  type RegisterResponse__Output,
  type ReportRequest,
  type ReportResponse__Output,
} from '@image-manager/agent-contract';
import protobuf from 'protobufjs';
import { FindingsStream } from './findings-stream.js';

/** Time limit of one call. */
const CALL_LIMIT_MS = 20_000;

/** The manager will not have us: a wrong, used, expired or foreign token. Trying again changes nothing. */
export class RefusedError extends Error {
  override readonly name = 'RefusedError';
}

/** The manager was not reached, or not in time; it may be later. */
export class UnreachableError extends Error {
  override readonly name = 'UnreachableError';
}

/**
 * The gRPC connection to the manager over TLS, with the certificate from the settings as the only trust root. Calls
 * throw RefusedError, UnreachableError, or grpc-js's ServiceError for everything else.
 */
export class ManagerConnection {
  private readonly client: AgentServiceClient;
  private readonly metadata = new Metadata();

  /** @param proto text of agent.proto */
  constructor(settings: Pick<AgentSettings, 'managerAddress' | 'token' | 'certificate'>, proto: string) {
    // Comments are not needed in a guest, nor is the file loader: the text comes with the program.
    const root = protobuf.parse(proto, { keepCase: PROTO_LOADER_OPTIONS.keepCase }).root;
    const { image_manager } = loadPackageDefinition(
      fromJSON(root.toJSON(), PROTO_LOADER_OPTIONS),
    ) as unknown as ProtoGrpcType;
    this.client = new image_manager.agent.v1.AgentService(
      settings.managerAddress,
      credentials.createSsl(Buffer.from(settings.certificate)),
      {
        'grpc.ssl_target_name_override': MANAGER_TLS_NAME,
        'grpc.default_authority': MANAGER_TLS_NAME,
        // The image must not be able to send us elsewhere by an environment variable.
        'grpc.enable_http_proxy': 0,
        'grpc.initial_reconnect_backoff_ms': 500,
        'grpc.max_reconnect_backoff_ms': 5_000,
      },
    );
    this.metadata.set('authorization', `Bearer ${settings.token}`);
  }

  register(request: RegisterRequest, signal?: AbortSignal): Promise<RegisterResponse__Output> {
    return unary(signal, (options, done) => this.client.Register(request, this.metadata, options, done));
  }

  report(request: ReportRequest, signal?: AbortSignal): Promise<ReportResponse__Output> {
    return unary(signal, (options, done) => this.client.Report(request, this.metadata, options, done));
  }

  /** @param limitMs after which the manager may drop the stream */
  openFindings(limitMs: number): FindingsStream {
    return new FindingsStream((done) =>
      this.client.StreamFindings(this.metadata, { deadline: Date.now() + limitMs }, done),
    );
  }

  close(): void {
    this.client.close();
  }
}

function unary<T>(
  signal: AbortSignal | undefined,
  call: (
    options: { deadline: number },
    done: (error: ServiceError | null, value?: T) => void,
  ) => { cancel(): void },
): Promise<T> {
  return new Promise((resolve, reject) => {
    const started = call({ deadline: Date.now() + CALL_LIMIT_MS }, (error, value) => {
      signal?.removeEventListener('abort', cancel);
      if (!error && value !== undefined) resolve(value);
      else reject(error ? translate(error) : new UnreachableError('the manager sent an empty answer'));
    });
    function cancel(): void {
      started.cancel();
    }
    signal?.addEventListener('abort', cancel, { once: true });
    if (signal?.aborted === true) cancel();
  });
}

function translate(error: ServiceError): Error {
  switch (error.code) {
    case Status.UNAUTHENTICATED:
    case Status.PERMISSION_DENIED:
      return new RefusedError(error.details, { cause: error });
    case Status.UNAVAILABLE:
    case Status.DEADLINE_EXCEEDED:
    case Status.RESOURCE_EXHAUSTED:
    // A manager that stops in the middle of a call ends it so.
    case Status.CANCELLED:
    case Status.ABORTED:
    case Status.INTERNAL:
    case Status.UNKNOWN:
      return new UnreachableError(error.details, { cause: error });
    default:
      return error;
  }
}
