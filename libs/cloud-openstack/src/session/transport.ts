import type { Readable } from 'node:stream';
import { CloudError } from '@image-manager/cloud';
import { Agent, request } from 'undici';
import type { OpenStackCredentials } from './credentials.js';

export interface TransportRequest {
  url: URL;
  method: string;
  headers: Record<string, string>;
  body?: string | Readable;
  /** Ends the whole exchange after so many milliseconds; absent: only the signal does. */
  timeoutMs?: number;
  signal?: AbortSignal | undefined;
  doing: string;
}

export interface TransportResponse {
  status: number;
  header(name: string): string | undefined;
  body: string;
}

/** No answer of the APIs we use comes near it; what is longer is no answer of theirs. */
const LONGEST_BODY_BYTES = 64 * 1024 * 1024;

/** HTTP, and nothing of OpenStack yet: connections, trust, timeouts, and errors that name where the request went. */
export class Transport {
  private readonly agent: Agent;

  constructor(private readonly credentials: Pick<OpenStackCredentials, 'ca' | 'insecure' | 'origin'>) {
    this.agent = new Agent({
      connect: {
        timeout: 10_000,
        ...(credentials.ca === undefined ? {} : { ca: credentials.ca }),
        rejectUnauthorized: !credentials.insecure,
      },
      // Each call brings its own deadline; the services drop idle connections soon, and a POST on one would be lost.
      headersTimeout: 0,
      bodyTimeout: 0,
      keepAliveTimeout: 1000,
    });
  }

  /** @throws CloudError UNREACHABLE, TIMEOUT, CANCELLED, PROTOCOL; what the signal's reason is if that is a CloudError. */
  async send({
    url,
    method,
    headers,
    body,
    timeoutMs,
    signal,
    doing,
  }: TransportRequest): Promise<TransportResponse> {
    const deadline = timeoutMs === undefined ? undefined : AbortSignal.timeout(timeoutMs);
    const signals = [signal, deadline].filter((entry) => entry !== undefined);
    try {
      const response = await request(url, {
        dispatcher: this.agent,
        method: method as 'GET',
        headers: { 'user-agent': 'image-manager', ...headers },
        ...(body === undefined ? {} : { body }),
        ...(signals.length === 0 ? {} : { signal: AbortSignal.any(signals) }),
      });
      return {
        status: response.statusCode,
        header: (name) => {
          const value = response.headers[name];
          return Array.isArray(value) ? value[0] : value;
        },
        body: await readBody(response.body),
      };
    } catch (error) {
      throw this.explain(error, { url, method, timeoutMs, signal, deadline, doing });
    }
  }

  close(): Promise<void> {
    return this.agent.destroy();
  }

  private explain(
    error: unknown,
    about: {
      url: URL;
      method: string;
      timeoutMs: number | undefined;
      signal: AbortSignal | undefined;
      deadline: AbortSignal | undefined;
      doing: string;
    },
  ): CloudError {
    const { url, method, timeoutMs, signal, deadline, doing } = about;
    const where = { method, path: url.pathname };
    if (signal?.aborted) {
      if (signal.reason instanceof CloudError) return signal.reason;
      return new CloudError('CANCELLED', 'user', `${doing} was cancelled`, { cause: signal.reason });
    }
    if (deadline?.aborted) {
      return new CloudError(
        'TIMEOUT',
        'cloud',
        `${doing}: ${url.host} did not answer ${method} ${url.pathname} within ${(timeoutMs ?? 0) / 1000} s`,
        { cause: error, request: where, advice: 'The service hangs or is overloaded: try again later.' },
      );
    }
    if (error instanceof CloudError) return error;
    const code = codeOf(error);
    return new CloudError(
      'UNREACHABLE',
      'cloud',
      `${doing}: ${method} ${url.pathname} on ${url.host} failed: ${reasonOf(code, error)}`,
      { cause: error, request: where, advice: this.adviceFor(code) },
    );
  }

  private adviceFor(code: string): string {
    const { authUrl, tls } = this.credentials.origin;
    if (/CERT|SELF_SIGNED|TLS|SSL|UNABLE_TO/.test(code)) {
      return `The server’s certificate is not trusted: set ${tls}.`;
    }
    if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return `Check the host’s name, and ${authUrl}.`;
    return `Check that the service runs and that this machine reaches it (${authUrl}).`;
  }
}

/** Whether nothing of the request can have reached the service. */
export function neverConnected(error: CloudError): boolean {
  return /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|UND_ERR_CONNECT_TIMEOUT)$/.test(
    codeOf(error.cause),
  );
}

function codeOf(error: unknown): string {
  if (error instanceof AggregateError) return codeOf(error.errors[0]);
  if (!(error instanceof Error)) return '';
  const { code } = error as { code?: unknown };
  return typeof code === 'string' ? code : codeOf(error.cause);
}

function reasonOf(code: string, error: unknown): string {
  const reasons: Record<string, string> = {
    ECONNREFUSED: 'connection refused',
    ECONNRESET: 'the connection was reset',
    EPIPE: 'the connection was closed while sending',
    UND_ERR_SOCKET: 'the connection was closed before the answer was complete',
    ENOTFOUND: 'no such host',
    EAI_AGAIN: 'the name server did not answer',
    UND_ERR_CONNECT_TIMEOUT: 'no connection within 10 s',
    UND_ERR_REQ_CONTENT_LENGTH_MISMATCH: 'the file’s length changed while it was sent',
  };
  const text = error instanceof Error ? error.message : String(error);
  return reasons[code] ?? (code === '' || text.includes(code) ? text : `${text} (${code})`);
}

async function readBody(body: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.length;
    if (size > LONGEST_BODY_BYTES) {
      throw new CloudError('PROTOCOL', 'cloud', `An answer is longer than ${LONGEST_BODY_BYTES} bytes`);
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
