import type { Readable } from 'node:stream';
import { CloudError, type CloudErrorOptions } from '@image-manager/cloud';
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
  /** Where a person sets the address; absent: it is from Keystone's catalog. */
  setting?: string;
}

export interface TransportResponse {
  status: number;
  header(name: string): string | undefined;
  body: string;
  /** Where it came from, for errors. */
  request: NonNullable<CloudErrorOptions['request']>;
}

/** No answer of the APIs we use comes near it; what is longer is no answer of theirs. */
const LONGEST_BODY_BYTES = 64 * 1024 * 1024;

const CLOSED = /^UND_ERR_(DESTROYED|CLOSED)$/;
const NO_TLS = /^(EPROTO|ERR_SSL_)/;
const DISTRUST = /CERT|SELF_SIGNED|ERR_TLS|UNABLE_TO/;
const BROKEN_OFF = /^(ECONNRESET|EPIPE|UND_ERR_SOCKET)$/;

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
    setting,
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
      const header = (name: string): string | undefined => {
        const value = response.headers[name];
        return Array.isArray(value) ? value[0] : value;
      };
      const requestId = header('x-openstack-request-id') ?? header('x-compute-request-id');
      return {
        status: response.statusCode,
        header,
        body: await readBody(response.body),
        request: {
          method,
          path: url.pathname,
          status: response.statusCode,
          ...(requestId === undefined ? {} : { requestId }),
        },
      };
    } catch (error) {
      throw this.explain(error, { url, method, timeoutMs, signal, deadline, doing, setting });
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
      setting: string | undefined;
    },
  ): CloudError {
    const { url, method, timeoutMs, signal, deadline, doing, setting } = about;
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
    if (CLOSED.test(code)) {
      return new CloudError('CANCELLED', 'us', `${doing} ended: the cloud was closed meanwhile`, {
        cause: error,
        request: where,
      });
    }
    return new CloudError(
      'UNREACHABLE',
      'cloud',
      `${doing}: ${method} ${url.pathname} on ${url.host} failed: ${reasonOf(code, error)}`,
      { cause: error, request: where, advice: this.adviceFor(code, url, setting) },
    );
  }

  private adviceFor(code: string, { origin }: URL, setting: string | undefined): string {
    const { tls, interface: interfaceSetting } = this.credentials.origin;
    const catalog = `the address is from Keystone’s catalog (${interfaceSetting} chooses among its interfaces)`;
    if (NO_TLS.test(code)) {
      return `The port does not speak TLS as we do: check whether ${setting ?? `${origin} in Keystone’s catalog`} should begin with http:// instead.`;
    }
    if (DISTRUST.test(code)) {
      return `The server’s certificate is not trusted: set ${tls}.`;
    }
    if (BROKEN_OFF.test(code)) {
      return `Look at the log of the service at ${origin} and of proxies before it, for limits of size or time: one of them closed the connection. Then retry.`;
    }
    if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') {
      return setting === undefined
        ? `Check that this machine resolves the host’s name; ${catalog}.`
        : `Check the host’s name, and ${setting}.`;
    }
    return setting === undefined
      ? `Check that the service at ${origin} runs and that this machine reaches it; ${catalog}.`
      : `Check that the service runs and that this machine reaches it (${setting}).`;
  }
}

/** Whether the next try could go better: a certificate stays what it is. */
export function mayPass(error: CloudError): boolean {
  const code = codeOf(error.cause);
  return !NO_TLS.test(code) && !DISTRUST.test(code);
}

/** Whether nothing of the request can have reached the service. */
export function neverConnected(error: CloudError): boolean {
  return /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|UND_ERR_CONNECT_TIMEOUT)$/.test(
    codeOf(error.cause),
  );
}

/** Of the error or of what caused it. By shape: errors of Node's own may be of another realm than ours. */
function codeOf(error: unknown): string {
  if (typeof error !== 'object' || error === null) return '';
  const { code, errors, cause } = error as { code?: unknown; errors?: unknown; cause?: unknown };
  if (Array.isArray(errors) && errors.length > 0) return codeOf(errors[0]);
  return typeof code === 'string' ? code : codeOf(cause);
}

function reasonOf(code: string, error: unknown): string {
  const reasons: Record<string, string> = {
    ECONNREFUSED: 'connection refused',
    ECONNRESET: 'the connection was reset',
    EHOSTUNREACH: 'no way to the host',
    ENETUNREACH: 'no way to its network',
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
