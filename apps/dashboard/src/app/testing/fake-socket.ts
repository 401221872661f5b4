import type { LogLine, SubscribeAck, SubscribeRequest } from '@image-manager/contracts';
import type { LiveSocket } from '../live/live';

type Handler = (...args: never[]) => void;

/** A socket whose server side the test plays. */
export class FakeSocket {
  connected = false;
  active = true;
  readonly subscriptions: SubscribeRequest[] = [];
  readonly unsubscribed: number[] = [];
  /** What the server answers to the next subscriptions. */
  answer: SubscribeAck = { ok: true, lastLine: 0 };
  private readonly handlers = new Map<string, Set<Handler>>();

  /** As the type that the code under test asks for. */
  asLiveSocket(): LiveSocket {
    return this as unknown as LiveSocket;
  }

  on(event: string, handler: Handler): this {
    const known = this.handlers.get(event) ?? new Set();
    this.handlers.set(event, known.add(handler));
    return this;
  }

  off(event: string, handler: Handler): this {
    this.handlers.get(event)?.delete(handler);
    return this;
  }

  emit(event: string, request: SubscribeRequest, ack: (answer: SubscribeAck) => void): this {
    if (event === 'subscribe') {
      this.subscriptions.push(request);
      ack(this.answer);
    } else this.unsubscribed.push(request.buildId);
    return this;
  }

  connect(): this {
    return this;
  }

  disconnect(): this {
    this.connected = false;
    return this;
  }

  /** The server says something. */
  serve(event: string, ...args: unknown[]): void {
    for (const handler of [...(this.handlers.get(event) ?? [])])
      (handler as (...args: unknown[]) => void)(...args);
  }

  open(): void {
    this.connected = true;
    this.serve('connect');
  }

  lose(reason = 'transport close'): void {
    this.connected = false;
    this.serve('disconnect', reason);
  }
}

/** Consecutive lines from `from` to `to`, both included. */
export function logLines(from: number, to: number, more: Partial<LogLine> = {}): LogLine[] {
  return Array.from({ length: to - from + 1 }, (_, index) => ({
    n: from + index,
    at: 1_795_000_000_000,
    stage: 'build',
    cloud: '',
    stream: 'stdout',
    text: `line ${from + index}`,
    ...more,
  }));
}
