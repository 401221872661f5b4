import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { cinder } from './cinder.js';
import {
  BUILDER,
  CloudState,
  type StandInImage,
  type StandInServer,
  type StandInSettings,
} from './cloud-state.js';
import { Exchange, type RecordedRequest } from './exchange.js';
import type { Fault } from './faults.js';
import { glance } from './glance.js';
import { keystone, requireToken } from './keystone.js';
import { neutron } from './neutron.js';
import { nova } from './nova.js';
import { Refusal } from './refusal.js';
import { findRoute, type Service } from './service.js';

export interface StandInOptions {
  /** PEM; then it speaks HTTPS. */
  tls?: { key: string; cert: string };
  /** What differs from a cloud where everything works. */
  settings?: Partial<StandInSettings>;
}

/** An OpenStack on a free loopback port: the services' documents over state in memory, with faults on demand. */
export class StandIn {
  /** Every request, in the order in which they came. */
  readonly requests: RecordedRequest[] = [];
  private readonly state = new CloudState();
  private readonly services: Service[];
  private readonly faults: { fault: Fault; left: number }[] = [];
  private readonly sockets = new Set<Socket>();
  private readonly pending = new Set<IncomingMessage>();
  private readonly server: Server;
  private readonly scheme: 'http' | 'https';
  private origin = '';

  constructor({ tls, settings }: StandInOptions) {
    const { state } = this;
    Object.assign(state.settings, settings);
    this.services = [keystone(state), glance(state), nova(state), neutron(state), cinder(state)];
    const answer = (request: IncomingMessage, response: ServerResponse) =>
      void this.answer(request, response);
    this.scheme = tls ? 'https' : 'http';
    this.server = tls ? createTlsServer(tls, answer) : createServer(answer);
    this.server.on('connection', (socket: Socket) => {
      this.sockets.add(socket);
      socket.once('close', () => this.sockets.delete(socket));
    });
  }

  async listen(): Promise<void> {
    await new Promise<void>((listening) => this.server.listen(0, '127.0.0.1', listening));
    this.origin = `${this.scheme}://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  get authUrl(): string {
    return `${this.origin}/identity`;
  }

  /** How the cloud behaves; takes effect with the next request. */
  get settings(): StandInSettings {
    return this.state.settings;
  }

  /** Connections that are open. */
  get connections(): number {
    return this.sockets.size;
  }

  /** The OS_* variables of somebody who may build here. */
  environment(): Record<string, string> {
    return {
      OS_AUTH_URL: this.authUrl,
      OS_USERNAME: BUILDER.user.name,
      OS_USER_DOMAIN_NAME: BUILDER.domain.name,
      OS_PASSWORD: BUILDER.password,
      OS_PROJECT_NAME: BUILDER.project.name,
      OS_PROJECT_DOMAIN_NAME: BUILDER.domain.name,
      OS_REGION_NAME: this.settings.region,
      OS_FLAVOR_ID: 'm1.tiny',
      OS_NETWORK_ID: 'private',
    };
  }

  images(): StandInImage[] {
    return [...this.state.images.values()];
  }

  servers(): StandInServer[] {
    return [...this.state.servers.values()];
  }

  /** An image that somebody else made. */
  addImage(image: StandInImage): StandInImage {
    this.state.images.set(image.id, image);
    return image;
  }

  /** As somebody does it with another client. */
  removeImage(id: string): void {
    this.state.images.delete(id);
  }

  /** What uses an image from outside of Nova. */
  addVolume(id: string, imageId: string): void {
    this.state.volumes.push({ id, imageId });
  }

  /** What Nova did not take along with a server. */
  addPort(id: string, serverId: string): void {
    this.state.ports.push({
      id,
      name: '',
      status: 'DOWN',
      device_id: serverId,
      created_at: '2026-01-02T03:04:05Z',
    });
  }

  ports(): string[] {
    return this.state.ports.map(({ id }) => id);
  }

  addNetwork(id: string, name: string): void {
    this.state.networks.push({ id, name });
  }

  /** Faults meet requests in the order in which they were given. */
  fault(fault: Fault): void {
    this.faults.push({ fault, left: fault.times ?? Infinity });
  }

  clearFaults(): void {
    this.faults.length = 0;
  }

  /** No token is good any more. */
  revokeTokens(): void {
    this.state.tokens.clear();
  }

  /** Requests whose method and path fit. */
  requestsTo(method: string, path: RegExp): RecordedRequest[] {
    return this.requests.filter((request) => request.method === method && path.test(request.path));
  }

  /** Reads on where a fault stopped reading: only so does a socket notice that its client has gone. */
  resume(): void {
    for (const request of this.pending) request.resume();
  }

  async close(): Promise<void> {
    const closed = new Promise<void>((done) =>
      this.server.close(() => {
        done();
      }),
    );
    for (const socket of this.sockets) socket.destroy();
    await closed;
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const exchange = new Exchange(request, response, this.origin);
    this.requests.push(exchange.record);
    this.pending.add(request);
    response.once('close', () => this.pending.delete(request));
    // A client that goes away in the middle is part of the tests.
    request.on('error', () => undefined);
    response.on('error', () => undefined);
    try {
      const fault = this.nextFault(exchange.record);
      const handle = () => this.handle(exchange);
      await (fault ? fault.effect(exchange, handle) : handle());
    } catch (error) {
      if (request.destroyed && !request.complete) return;
      if (response.headersSent) throw error;
      exchange.send(500, { error: { code: 500, message: String(error), title: 'Stand-in' } });
    }
  }

  private nextFault(request: RecordedRequest): Fault | undefined {
    const entry = this.faults.find(({ fault, left }) => left > 0 && fault.match(request));
    if (entry) entry.left -= 1;
    return entry?.fault;
  }

  private async handle(exchange: Exchange): Promise<void> {
    const service = this.services.find(({ prefix }) => `${exchange.path}/`.startsWith(`${prefix}/`));
    if (!service) {
      exchange.send(404, 'Not Found');
      return;
    }
    try {
      const { route, parameters } = findRoute(service, exchange);
      if (route.open !== true) requireToken(this.state, exchange);
      await route.handle(exchange, ...parameters);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      service.refuse(exchange, error);
    }
  }
}

export async function startStandIn(options: StandInOptions = {}): Promise<StandIn> {
  const standIn = new StandIn(options);
  await standIn.listen();
  return standIn;
}
