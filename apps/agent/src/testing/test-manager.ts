import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import {
  loadPackageDefinition,
  Server,
  ServerCredentials,
  status as Status,
  type ServerUnaryCall,
} from '@grpc/grpc-js';
import { fromJSON } from '@grpc/proto-loader';
import {
  MANAGER_TLS_NAME,
  PROTO_LOADER_OPTIONS,
  type AgentServiceHandlers,
  type AgentSettings,
  type Expectations,
  type Finding__Output,
  type Instruction,
  type ProtoGrpcType,
  type RegisterRequest__Output,
  type ReportRequest__Output,
} from '@image-manager/agent-contract';
import protobuf from 'protobufjs';
import { generate } from 'selfsigned';

export const PROTO_TEXT = readFileSync(
  createRequire(import.meta.url).resolve('@image-manager/agent-contract/agent.proto'),
  'utf8',
);

export interface Certificate {
  cert: string;
  private: string;
}

/** As the manager makes it. */
export async function makeCertificate(name: string = MANAGER_TLS_NAME): Promise<Certificate> {
  return generate([{ name: 'commonName', value: name }], {
    keyType: 'ec',
    extensions: [{ name: 'subjectAltName', altNames: [{ type: 2, value: name }] }],
  });
}

export interface TestManagerOptions {
  certificate: Certificate;
  token?: string;
  port?: number;
  expectations?: Expectations;
  deadlineSeconds?: number;
  /** Answers to reports, one after the other; the last one stays. */
  instructions?: { instruction: Instruction; retryAfterSeconds?: number }[];
  /** Drops the findings stream after so many findings. */
  breakStreamAfter?: number;
  /** Refuses the first so many reports with UNAVAILABLE. */
  unavailableReports?: number;
}

/** A manager on loopback: the real protocol over real TLS, with answers made to order. */
export class TestManager {
  readonly registrations: RegisterRequest__Output[] = [];
  readonly findings: Finding__Output[] = [];
  readonly reports: ReportRequest__Output[] = [];
  refusals = 0;

  private constructor(
    private readonly server: Server,
    readonly port: number,
    private readonly options: TestManagerOptions,
  ) {}

  static async start(options: TestManagerOptions): Promise<TestManager> {
    const server = new Server();
    const root = protobuf.parse(PROTO_TEXT, { keepCase: false }).root;
    const { image_manager } = loadPackageDefinition(
      fromJSON(root.toJSON(), PROTO_LOADER_OPTIONS),
    ) as unknown as ProtoGrpcType;
    const handlers: { it?: TestManager } = {};
    const get = (): TestManager => {
      if (!handlers.it) throw new Error('not started');
      return handlers.it;
    };
    server.addService(image_manager.agent.v1.AgentService.service, service(get));
    const { cert, private: key } = options.certificate;
    const credentials = ServerCredentials.createSsl(null, [
      { cert_chain: Buffer.from(cert), private_key: Buffer.from(key) },
    ]);
    const port = await new Promise<number>((resolve, reject) => {
      server.bindAsync(`127.0.0.1:${options.port ?? 0}`, credentials, (error, bound) => {
        if (error) reject(error);
        else resolve(bound);
      });
    });
    handlers.it = new TestManager(server, port, options);
    return handlers.it;
  }

  settings(changes: Partial<AgentSettings> = {}): AgentSettings {
    return {
      managerAddress: `127.0.0.1:${this.port}`,
      token: this.token,
      buildId: 7,
      certificate: this.options.certificate.cert,
      consoleKey: '00'.repeat(32),
      imageChecksum: 'ab'.repeat(64),
      ...changes,
    };
  }

  stop(): void {
    this.server.forceShutdown();
  }

  get token(): string {
    return this.options.token ?? 'secret-token';
  }

  /** Whether the call carries the token; counts those that do not. */
  admits(call: { metadata: ServerUnaryCall<unknown, unknown>['metadata'] }): boolean {
    const admitted = call.metadata.get('authorization')[0] === `Bearer ${this.token}`;
    if (!admitted) this.refusals += 1;
    return admitted;
  }

  answerRegister(request: RegisterRequest__Output) {
    this.registrations.push(request);
    return {
      buildId: 7,
      deadlineSeconds: this.options.deadlineSeconds ?? 30,
      expectations: { nowMs: Date.now(), ...this.options.expectations },
    };
  }

  /** Undefined: not now. */
  answerReport(request: ReportRequest__Output) {
    const { unavailableReports = 0, instructions = [{ instruction: 'INSTRUCTION_KEEP' as const }] } =
      this.options;
    this.reports.push(request);
    if (this.reports.length <= unavailableReports) return undefined;
    return instructions[Math.min(this.reports.length, instructions.length) - 1];
  }

  breaksStreamNow(): boolean {
    return this.findings.length === this.options.breakStreamAfter;
  }
}

const refused = { code: Status.UNAUTHENTICATED, details: 'the token is not valid' };

function service(get: () => TestManager): AgentServiceHandlers {
  return {
    Register: (call, done) => {
      if (get().admits(call)) done(null, get().answerRegister(call.request));
      else done(refused);
    },
    Report: (call, done) => {
      if (!get().admits(call)) {
        done(refused);
        return;
      }
      const answer = get().answerReport(call.request);
      if (answer) done(null, answer);
      else done({ code: Status.UNAVAILABLE, details: 'not now' });
    },
    StreamFindings: (call, done) => {
      if (!get().admits(call)) {
        done(refused);
        return;
      }
      call.on('data', (finding: Finding__Output) => {
        get().findings.push(finding);
        if (get().breaksStreamNow()) done({ code: Status.INTERNAL, details: 'broken on purpose' });
      });
      call.on('end', () => {
        done(null, { accepted: get().findings.length });
      });
    },
  };
}
