import type { LogBatch, LogLine, SubscribeAck } from '@image-manager/contracts';
import type { LiveSocket } from './live';

/** What the client needs of the socket. */
export type LogSocket = Pick<LiveSocket, 'on' | 'off' | 'emit' | 'connected'>;

/** Called with lines that follow the ones before without gap or double. */
export interface LogSink {
  append(lines: LogLine[]): void;
  /** The server refused the subscription. */
  refused(answer: { code: string; message: string }): void;
}

/**
 * Follows one build's log: asks for line 1 onwards, after a reconnect for the line after the last one it has.
 * Whatever the server sends, the sink sees each line once and in order.
 */
export class LogClient {
  private last = 0;
  private subscribing = false;
  private stopped = false;

  constructor(
    private readonly socket: LogSocket,
    private readonly buildId: number,
    private readonly sink: LogSink,
  ) {}

  start(): void {
    this.socket.on('log', this.receive);
    this.socket.on('connect', this.resume);
    if (this.socket.connected) this.subscribe();
  }

  stop(): void {
    this.stopped = true;
    this.socket.off('log', this.receive);
    this.socket.off('connect', this.resume);
    if (this.socket.connected) this.socket.emit('unsubscribe', { buildId: this.buildId }, () => undefined);
  }

  private readonly resume = (): void => {
    // An acknowledgement that the lost connection owed us never comes.
    this.subscribing = false;
    this.subscribe();
  };

  private subscribe(): void {
    if (this.subscribing) return;
    this.subscribing = true;
    this.socket.emit('subscribe', { buildId: this.buildId, fromLine: this.last + 1 }, (answer) => {
      this.acknowledge(answer);
    });
  }

  private acknowledge(answer: SubscribeAck): void {
    this.subscribing = false;
    if (!this.stopped && !answer.ok) this.sink.refused(answer);
  }

  private readonly receive = (batch: LogBatch): void => {
    if (batch.buildId !== this.buildId) return;
    const fresh = batch.lines.filter((line) => line.n > this.last);
    const first = fresh[0];
    const end = fresh.at(-1);
    if (first === undefined || end === undefined) return;
    if (first.n !== this.last + 1) {
      // Lines are missing in between. End this subscription first, so that its later lines do not ask once more.
      if (!this.subscribing) this.socket.emit('unsubscribe', { buildId: this.buildId }, () => undefined);
      this.subscribe();
      return;
    }
    this.last = end.n;
    this.sink.append(fresh);
  };
}
