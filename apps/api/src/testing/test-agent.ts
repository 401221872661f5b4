import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { credentials, loadPackageDefinition, Metadata } from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import {
  decodeUserData,
  MANAGER_TLS_NAME,
  PROTO_LOADER_OPTIONS,
  type AgentServiceClient,
  type AgentSettings,
  type Check,
  type ProtoGrpcType,
  type RegisterResponse__Output,
  type ReportResponse__Output,
} from '@image-manager/agent-contract';
import type { PackageView } from '@image-manager/contracts';

/** The settings on a local server's config drive: ISO 9660 keeps a small file in one piece. */
export function settingsOnConfigDrive(serverFolder: string): AgentSettings {
  const drive = readFileSync(join(serverFolder, 'config.iso'), 'utf8');
  const begin = drive.indexOf('#cloud-config\n');
  const settings = decodeUserData(drive.slice(begin, drive.indexOf('\n', begin + 20) + 1));
  if (!settings) throw new Error('the config drive holds no settings of ours');
  return settings;
}

/** Speaks for a server that has no system in it. */
export class TestAgent {
  readonly client: AgentServiceClient;

  constructor(
    private readonly settings: Pick<AgentSettings, 'certificate' | 'token'>,
    address: string,
    readonly nonce = 'c'.repeat(32),
  ) {
    const proto = fileURLToPath(import.meta.resolve('@image-manager/agent-contract/agent.proto'));
    const types = loadPackageDefinition(loadSync(proto, PROTO_LOADER_OPTIONS)) as unknown as ProtoGrpcType;
    this.client = new types.image_manager.agent.v1.AgentService(
      address,
      credentials.createSsl(Buffer.from(settings.certificate)),
      { 'grpc.ssl_target_name_override': MANAGER_TLS_NAME },
    );
  }

  /** For those who would abuse it. */
  get token(): string {
    return this.settings.token;
  }

  register(): Promise<RegisterResponse__Output> {
    return new Promise((resolve, reject) => {
      this.client.Register({ nonce: this.nonce, agentVersion: 'test' }, this.metadata(), (error, answer) => {
        if (error) reject(error);
        else if (answer) resolve(answer);
      });
    });
  }

  report(checks: Check[], packages: PackageView[] = []): Promise<ReportResponse__Output> {
    return new Promise((resolve, reject) => {
      this.client.Report({ nonce: this.nonce, checks, packages }, this.metadata(), (error, answer) => {
        if (error) reject(error);
        else if (answer) resolve(answer);
      });
    });
  }

  metadata(): Metadata {
    const metadata = new Metadata();
    metadata.set('authorization', `Bearer ${this.settings.token}`);
    return metadata;
  }
}
