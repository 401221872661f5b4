import type { Socket } from 'node:net';
import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';

/** A request as a test looks back at it. */
export interface RecordedRequest {
  method: string;
  path: string;
  query: Record<string, string>;
  headers: Record<string, string>;
  /** JSON that came with it. */
  body?: unknown;
  /** Of the answer; absent while there is none, and where the connection was cut instead. */
  status?: number;
  requestId: string;
}

export interface Answer {
  status: number;
  headers: Record<string, string>;
  body: string;
}

/** One request and its answer. */
export class Exchange {
  readonly url: URL;
  readonly method: string;
  readonly path: string;
  readonly record: RecordedRequest;
  /** How the answer gets out; a fault puts something else here. */
  deliver = (answer: Answer): void => {
    this.write(answer);
  };
  private text: Promise<string> | undefined;
  /** Kept: a request whose reading was broken off has lost its own. */
  private readonly socket: Socket;

  constructor(
    readonly request: IncomingMessage,
    readonly response: ServerResponse,
    /** scheme://host:port of the stand-in. */
    readonly origin: string,
  ) {
    this.socket = request.socket;
    this.url = new URL(request.url ?? '/', origin);
    this.method = request.method ?? 'GET';
    this.path = this.url.pathname;
    this.record = {
      method: this.method,
      path: this.path,
      query: Object.fromEntries(this.url.searchParams),
      headers: Object.fromEntries(
        Object.entries(request.headers).map(([name, value]) => [name, String(value)]),
      ),
      requestId: `req-${randomUUID()}`,
    };
  }

  query(name: string): string | undefined {
    return this.url.searchParams.get(name) ?? undefined;
  }

  header(name: string): string | undefined {
    return this.record.headers[name];
  }

  async json(): Promise<unknown> {
    this.text ??= readText(this.request);
    const value: unknown = JSON.parse(await this.text);
    this.record.body = value;
    return value;
  }

  /** An object goes out as JSON, a text as it is. */
  send(status: number, body: object | string = '', headers: Record<string, string> = {}): void {
    const isText = typeof body === 'string';
    this.deliver({
      status,
      headers: {
        ...(body === '' ? {} : { 'content-type': isText ? 'text/html; charset=UTF-8' : 'application/json' }),
        'x-openstack-request-id': this.record.requestId,
        ...headers,
      },
      body: isText ? body : JSON.stringify(body),
    });
  }

  write({ status, headers, body }: Answer): void {
    this.record.status = status;
    this.response.writeHead(status, {
      ...headers,
      ...(status === 204 ? {} : { 'content-length': String(Buffer.byteLength(body)) }),
    });
    this.response.end(body);
  }

  /** Resets the connection, without an answer. */
  cut(): void {
    this.socket.resetAndDestroy();
  }
}

async function readText(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}
