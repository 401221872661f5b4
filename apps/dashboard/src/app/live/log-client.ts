import type { LogBatch, LogLine, SubscribeAck } from '@image-manager/contracts';
import type { LiveSocket } from './live';

/** What the client needs of the socket. */
export type LogSocket = Pick<LiveSocket, 'on' | 'off' | 'emit' | 'connected'>;

/** Called with lines that follow the ones before without gap or double. */
export interface LogSink {
  append(lines: LogLine[]): void;
  /** The log has so many lines; those up to there will not come by this way. */
  skip(total: number): void;
  /** The server refused the subscription. */
  refused(answer: { code: string; message: string }): void;
}

/** More missed lines than this are not brought one by one: whoever wants to see them asks for them. */
const MAX_BACKLOG = 5_000;

/**
 * Follows one build's log: asks for the line after the last one it has, after a reconnect too. Whatever the server sends, the
 * sink sees each line once and in order; where more were missed than anybody waits for, it is told how far they reach.
 */
export class LogClient {
  private subscribing = false;
  private stopped = false;

  constructor(
    private readonly socket: LogSocket,
    private readonly buildId: number,
    private readonly sink: LogSink,
    /** Number of the last line that the sink has or can get elsewhere. */
    private last = 0,
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
    if (this.stopped) return;
    if (!answer.ok) this.sink.refused(answer);
    else if (answer.lastLine - this.last > MAX_BACKLOG) {
      this.last = answer.lastLine;
      this.sink.skip(answer.lastLine);
      this.startOver();
    }
  }

  /** Ends this subscription first, so that its later lines are not taken for a gap once more. */
  private startOver(): void {
    if (!this.subscribing) this.socket.emit('unsubscribe', { buildId: this.buildId }, () => undefined);
    this.subscribe();
  }

  private readonly receive = (batch: LogBatch): void => {
    if (batch.buildId !== this.buildId) return;
    const fresh = batch.lines.filter((line) => line.n > this.last);
    const first = fresh[0];
    const end = fresh.at(-1);
    if (first === undefined || end === undefined) return;
    if (first.n !== this.last + 1) {
      this.startOver();
      return;
    }
    this.last = end.n;
    this.sink.append(fresh);
  };
}
