import { randomBytes } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import grpc from '@grpc/grpc-js';
import protoLoader from '@grpc/proto-loader';
import { AGENT_CHECKS } from '@image-manager/contracts';
import { MANAGER_TLS_NAME, PROTO_LOADER_OPTIONS, decodeUserData } from '@image-manager/agent-contract';
import { ROOT } from '../bootstrap/workspace.mjs';

const LOOK_MS = 100;
const RETRY_MS = 200;

/**
 * Speaks for servers that have no system in them: registers and reports that all is well, and tries again while the manager
 * is away, as the agent does.
 */
export class Guests {
  /** Servers for which nobody speaks. */
  silent = false;
  /** How long they look at themselves between registering and reporting. */
  checksMs = 0;
  #known = new Map();
  #stopped = false;
  #looking;

  /**
   * @param {{ ids(): string[], settings(id: string): { certificate: string, token: string } | undefined }} servers
   * @param {string} grpcAddress
   * @param {() => object} [report] what they report beside the nonce
   */
  constructor(servers, grpcAddress, report = allIsWell) {
    this.servers = servers;
    this.grpcAddress = grpcAddress;
    this.report = report;
    const proto = protoLoader.loadSync(join(ROOT, 'proto/agent/v1/agent.proto'), PROTO_LOADER_OPTIONS);
    /** @type {any} */
    const root = grpc.loadPackageDefinition(proto);
    this.Service = root.image_manager.agent.v1.AgentService;
    this.#looking = this.#look();
  }

  async stop() {
    this.#stopped = true;
    await this.#looking;
    await Promise.all(this.#known.values());
  }

  async #look() {
    while (!this.#stopped) {
      for (const id of this.servers.ids()) {
        if (this.#known.has(id) || this.silent) continue;
        const settings = this.servers.settings(id);
        if (settings) this.#known.set(id, this.#speakFor(id, settings));
      }
      await sleep(LOOK_MS);
    }
  }

  async #speakFor(id, settings) {
    const client = new this.Service(
      this.grpcAddress,
      grpc.credentials.createSsl(Buffer.from(settings.certificate)),
      {
        'grpc.ssl_target_name_override': MANAGER_TLS_NAME,
        'grpc.initial_reconnect_backoff_ms': 100,
        'grpc.max_reconnect_backoff_ms': 300,
      },
    );
    const nonce = randomBytes(16).toString('hex');
    const metadata = new grpc.Metadata();
    metadata.set('authorization', `Bearer ${settings.token}`);
    try {
      const say = (method, request) =>
        this.#persist(id, () => call(client, method, { nonce, ...request }, metadata));
      await say('Register', { agentVersion: 'stand-in' });
      await sleep(this.checksMs);
      await say('Report', this.report());
    } catch {
      // Refused: the server is no longer expected to speak.
    } finally {
      client.close();
    }
  }

  /** Until the manager answers, or the server is gone. */
  async #persist(id, attempt) {
    for (;;) {
      try {
        return await attempt();
      } catch (error) {
        const isAway = [
          grpc.status.UNAVAILABLE,
          grpc.status.DEADLINE_EXCEEDED,
          grpc.status.INTERNAL,
        ].includes(error.code);
        if (!isAway || this.#stopped || !this.servers.ids().includes(id)) throw error;
        await sleep(RETRY_MS);
      }
    }
  }
}

function call(client, method, request, metadata) {
  return new Promise((settle, fail) => {
    client[method](request, metadata, { deadline: Date.now() + 5000 }, (error, answer) =>
      error ? fail(error) : settle(answer),
    );
  });
}

function allIsWell() {
  const pass = { status: 'CHECK_STATUS_PASS', reason: 'says the stand-in' };
  return { checks: AGENT_CHECKS.map((name) => ({ name, ...pass })) };
}

/** The servers of a local cloud. @param {string} storagePath */
export function localServers(storagePath) {
  const folder = join(storagePath, 'clouds/local/servers');
  return { ids: () => listServers(folder), settings: (id) => readSettings(join(folder, id)) };
}

function listServers(folder) {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** ISO 9660 keeps a small file in one piece. */
function readSettings(folder) {
  try {
    const drive = readFileSync(join(folder, 'config.iso'), 'utf8');
    const begin = drive.indexOf('#cloud-config\n');
    return decodeUserData(drive.slice(begin, drive.indexOf('\n', begin + 20) + 1));
  } catch {
    return undefined; // It is still being made.
  }
}

function sleep(milliseconds) {
  return new Promise((settle) => setTimeout(settle, milliseconds));
}
