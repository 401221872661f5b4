import { computed, DestroyRef, inject, Injectable, InjectionToken, signal } from '@angular/core';
import type { ClientToServerEvents, ServerToClientEvents } from '@image-manager/contracts';
import { io, type Socket } from 'socket.io-client';
import { Session } from '../api/session';

export type LiveSocket = Socket<ServerToClientEvents, ClientToServerEvents>;

/** The one connection of this page; tests put their own in its place. */
export const LIVE_SOCKET = new InjectionToken<LiveSocket>('live socket', {
  providedIn: 'root',
  factory: () =>
    // The browser adds the page's credentials to the handshake by itself.
    io({ transports: ['websocket', 'polling'], tryAllTransports: true, autoConnect: false }),
});

export type LiveState = 'connecting' | 'live' | 'reconnecting' | 'offline';

/** After this long without a connection we say offline rather than reconnecting. */
const OFFLINE_AFTER_MS = 15_000;
/** Pause before we ask again where socket.io itself gives up: after a refusal, or when the server closed the connection. */
const ASK_AGAIN_MS = 3_000;

/** Handlers for live events; `reconnect` means that events may have been missed. */
export type Watch = Partial<ServerToClientEvents> & { reconnect?: () => void };

/** The live connection: its state, and its events for as long as a component lives. */
@Injectable({ providedIn: 'root' })
export class Live {
  readonly socket = inject(LIVE_SOCKET);
  private readonly session = inject(Session);
  private readonly phase = signal<LiveState>('connecting');
  readonly state = this.phase.asReadonly();
  readonly connected = computed(() => this.phase() === 'live');
  /** The server said that it ends, and was not reached since. */
  readonly stopped = signal(false);
  /** When the connection was lost, in milliseconds since the epoch, for as long as it is. */
  readonly lostAt = signal<number | undefined>(undefined);
  private readonly reconnectHandlers = new Set<() => void>();
  private offlineTimer: ReturnType<typeof setTimeout> | undefined;
  private askAgainTimer: ReturnType<typeof setTimeout> | undefined;
  private everConnected = false;

  constructor() {
    this.socket.on('connect', () => {
      this.onConnect();
    });
    this.socket.on('closing', () => {
      this.stopped.set(true);
    });
    this.socket.on('disconnect', () => {
      this.onLoss();
    });
    this.socket.on('connect_error', ({ message }) => {
      if (message === 'UNAUTHORIZED') this.session.refused.set(true);
      this.onLoss();
    });
    this.socket.connect();
    inject(DestroyRef).onDestroy(() => {
      clearTimeout(this.offlineTimer);
      clearTimeout(this.askAgainTimer);
      this.socket.disconnect();
    });
  }

  /** Runs the handlers until the calling component is destroyed. Needs an injection context. */
  watch(handlers: Watch): void {
    const { reconnect, ...events } = handlers;
    const { socket } = this;
    // One line per event keeps each handler's type; a loop over the names would lose it.
    if (events.build) socket.on('build', events.build);
    if (events.stage) socket.on('stage', events.stage);
    if (events.distros) socket.on('distros', events.distros);
    if (events.images) socket.on('images', events.images);
    if (reconnect) this.reconnectHandlers.add(reconnect);
    inject(DestroyRef).onDestroy(() => {
      if (events.build) socket.off('build', events.build);
      if (events.stage) socket.off('stage', events.stage);
      if (events.distros) socket.off('distros', events.distros);
      if (events.images) socket.off('images', events.images);
      if (reconnect) this.reconnectHandlers.delete(reconnect);
    });
  }

  /** Asks for a connection now instead of at the end of the pause. */
  reconnectNow(): void {
    this.socket.disconnect().connect();
  }

  private onConnect(): void {
    clearTimeout(this.offlineTimer);
    clearTimeout(this.askAgainTimer);
    this.offlineTimer = undefined;
    this.phase.set('live');
    this.stopped.set(false);
    this.lostAt.set(undefined);
    if (this.everConnected) for (const handler of this.reconnectHandlers) handler();
    this.everConnected = true;
  }

  private onLoss(): void {
    this.lostAt.update((at) => at ?? Date.now());
    if (this.phase() !== 'offline') this.phase.set(this.everConnected ? 'reconnecting' : 'connecting');
    this.offlineTimer ??= setTimeout(() => {
      this.phase.set('offline');
    }, OFFLINE_AFTER_MS);
    if (!this.socket.active) {
      clearTimeout(this.askAgainTimer);
      this.askAgainTimer = setTimeout(() => this.socket.connect(), ASK_AGAIN_MS);
    }
  }
}
