import { setTimeout as sleep } from 'node:timers/promises';
import { Logger, type BeforeApplicationShutdown } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import {
  WebSocketGateway,
  WebSocketServer,
  type OnGatewayConnection,
  type OnGatewayDisconnect,
  type OnGatewayInit,
} from '@nestjs/websockets';
import { Subscription } from 'rxjs';
import type { Server, Socket } from 'socket.io';
import { Repository } from 'typeorm';
import type { ClientToServerEvents, ServerToClientEvents, SubscribeAck } from '@image-manager/contracts';
import { BasicAuth, isOwnOrigin } from '../auth/index.js';
import { BuildEvents } from '../builder/index.js';
import { BuildEntity, LogReader, LogStore } from '../storage/index.js';
import { LogSubscription, type Watcher } from './log-subscription.js';
import { RequestLine } from './request-line.js';
import { firstIssue, subscribeRequest, unsubscribeRequest } from './subscribe-request.js';

type LiveServer = Server<ClientToServerEvents, ServerToClientEvents>;
type LiveSocket = Socket<ClientToServerEvents, ServerToClientEvents>;

/** More open logs than a person can watch. */
const MAX_SUBSCRIPTIONS = 20;

/** How often a connection that takes no more is asked again. */
const CONGESTED_MS = 5;

/** Logs and changes as they happen; the events are in libs/contracts/src/live.ts. */
@WebSocketGateway({ serveClient: false, maxHttpBufferSize: 64 * 1024 })
export class LiveLogGateway
  implements
    OnGatewayInit<LiveServer>,
    OnGatewayConnection<LiveSocket>,
    OnGatewayDisconnect<LiveSocket>,
    BeforeApplicationShutdown
{
  @WebSocketServer() private readonly server!: LiveServer;
  private readonly logger = new Logger(LiveLogGateway.name);
  private readonly sources = new Subscription();
  private readonly subscriptions = new Map<string, Map<number, LogSubscription>>();

  constructor(
    private readonly auth: BasicAuth,
    private readonly events: BuildEvents,
    private readonly log: LogStore,
    private readonly reader: LogReader,
    @InjectRepository(BuildEntity) private readonly builds: Repository<BuildEntity>,
  ) {}

  afterInit(server: LiveServer): void {
    server.use((socket, next) => {
      const { headers } = socket.handshake;
      if (!isOwnOrigin(headers)) next(new Error('CROSS_SITE_REQUEST'));
      else if (!this.auth.acceptsHeader(headers.authorization)) next(new Error('UNAUTHORIZED'));
      else next();
    });
    this.sources.add(this.events.build$.subscribe((change) => server.emit('build', change)));
    this.sources.add(this.events.stage$.subscribe((change) => server.emit('stage', change)));
    this.sources.add(this.events.images$.subscribe((change) => server.emit('images', change)));
    this.sources.add(this.events.distros$.subscribe(() => server.emit('distros')));
    this.sources.add(
      this.log.committed$.subscribe(({ buildId, lines }) => {
        for (const open of this.subscriptions.values()) open.get(buildId)?.advance(lines);
      }),
    );
  }

  handleConnection(socket: LiveSocket): void {
    this.subscriptions.set(socket.id, new Map());
    const requests = new RequestLine();
    // Not @SubscribeMessage: what a client sends is unknown until it was looked at, the acknowledgement too.
    socket.on('subscribe', (...args: unknown[]) => {
      void this.answer(args, (request) => requests.next(() => this.subscribe(socket, request)));
    });
    socket.on('unsubscribe', (...args: unknown[]) => {
      void this.answer(args, (request) => requests.next(() => this.unsubscribe(socket, request)));
    });
  }

  handleDisconnect(socket: LiveSocket): void {
    for (const subscription of this.subscriptions.get(socket.id)?.values() ?? []) void subscription.close();
    this.subscriptions.delete(socket.id);
  }

  /** Not later: Nest closes the sockets before it tells that the application is shut down. */
  beforeApplicationShutdown(): void {
    this.sources.unsubscribe();
    this.server.emit('closing', {
      code: 'STOPPING',
      message: 'Image Manager is stopping. Builds that run are carried on with when it starts again.',
    });
    this.server.disconnectSockets(true);
  }

  private async answer(args: unknown[], handle: (request: unknown) => Promise<SubscribeAck>): Promise<void> {
    const acknowledge = args.at(-1);
    let answer: SubscribeAck;
    try {
      answer = await handle(args[0]);
    } catch (error) {
      this.logger.error(error, 'a subscription failed');
      answer = {
        ok: false,
        code: 'INTERNAL',
        message: 'Something went wrong in Image Manager; its log tells more',
      };
    }
    if (typeof acknowledge === 'function') (acknowledge as (answer: SubscribeAck) => void)(answer);
  }

  private async subscribe(socket: LiveSocket, request: unknown): Promise<SubscribeAck> {
    const parsed = subscribeRequest.safeParse(request);
    if (!parsed.success) return { ok: false, code: 'INVALID_INPUT', message: firstIssue(parsed.error) };
    const { buildId, fromLine } = parsed.data;
    if (!(await this.builds.existsBy({ id: buildId }))) {
      return { ok: false, code: 'UNKNOWN_BUILD', message: `There is no build ${buildId}` };
    }
    const open = this.subscriptions.get(socket.id);
    if (!open) return { ok: false, code: 'DISCONNECTED', message: 'The connection is closed' };
    await open.get(buildId)?.close();
    if (!open.has(buildId) && open.size >= MAX_SUBSCRIPTIONS) {
      return {
        ok: false,
        code: 'TOO_MANY_SUBSCRIPTIONS',
        message: `At most ${MAX_SUBSCRIPTIONS} logs at a time`,
      };
    }
    const lastLine = await this.reader.lastLine(buildId);
    if (!socket.connected) return { ok: false, code: 'DISCONNECTED', message: 'The connection is closed' };
    const subscription = new LogSubscription(buildId, fromLine, this.reader, watcherOf(socket), (error) => {
      this.logger.error(error, `the log of build ${buildId} could not be read`);
    });
    open.set(buildId, subscription);
    subscription.advance();
    return { ok: true, lastLine };
  }

  private async unsubscribe(socket: LiveSocket, request: unknown): Promise<SubscribeAck> {
    const parsed = unsubscribeRequest.safeParse(request);
    if (!parsed.success) return { ok: false, code: 'INVALID_INPUT', message: firstIssue(parsed.error) };
    const open = this.subscriptions.get(socket.id);
    await open?.get(parsed.data.buildId)?.close();
    open?.delete(parsed.data.buildId);
    return { ok: true, lastLine: 0 };
  }
}

function watcherOf(socket: LiveSocket): Watcher {
  return {
    get connected() {
      return socket.connected;
    },
    emitLog: (batch) => {
      socket.emit('log', batch);
    },
    drained: async () => {
      // engine.io announces a drain before its transport has written, so there is no event to wait for.
      const { conn } = socket;
      while (conn.readyState === 'open' && !conn.transport.writable) await sleep(CONGESTED_MS);
    },
  };
}
