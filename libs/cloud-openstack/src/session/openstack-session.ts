import type { Readable } from 'node:stream';
import { CloudError, isCloudError } from '@image-manager/cloud';
import type { z } from 'zod';
import { toCloudError } from './api-error.js';
import type { OpenStackCredentials } from './credentials.js';
import { Endpoints, type ServiceEndpoint } from './endpoints.js';
import { Identity, type Token } from './identity.js';
import { parseJson } from './parse-json.js';
import { pause, throwIfCancelled } from './pause.js';
import { mayRetry, pauseBefore, RETRY_POLICY, type RetryPolicy } from './retry.js';
import { SERVICES, type ServiceName } from './services.js';
import { sendAgain } from './send-again.js';
import { mayPass, neverConnected, Transport, type TransportResponse } from './transport.js';

export interface ApiRequest {
  service: ServiceName;
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** After the endpoint with its version; begins with a slash. */
  path: string;
  query?: Record<string, string>;
  /** Sent as JSON. */
  json?: unknown;
  /** Of `json`; `application/json` if absent. */
  contentType?: string;
  /** Bytes instead of JSON; opened anew for each time the request is sent. */
  stream?: { open: () => Readable; length: number };
  expected: readonly number[];
  /** Begins a sentence in errors: `Creating server image-manager-build-7`. */
  doing: string;
  /** Whether doing it twice is as good as once; reading and deleting are. */
  repeatable?: boolean;
  microversion?: string;
  /** For one try, in milliseconds; streams have none. */
  timeoutMs?: number;
  signal?: AbortSignal | undefined;
}

const TIMEOUT_MS = 30_000;

export interface SessionOptions {
  retry?: RetryPolicy;
  /** For one answer, in milliseconds. */
  timeoutMs?: number;
}

/** A project of a cloud, as these credentials see it: sends requests with a token to where the catalog says. */
export class OpenStackSession {
  private readonly transport: Transport;
  private readonly identity: Identity;
  private readonly endpoints: Endpoints;
  private readonly retry: RetryPolicy;
  private readonly timeoutMs: number;

  constructor(credentials: OpenStackCredentials, options: SessionOptions = {}) {
    this.retry = options.retry ?? RETRY_POLICY;
    this.timeoutMs = options.timeoutMs ?? TIMEOUT_MS;
    this.transport = new Transport(credentials);
    this.identity = new Identity(this.transport, credentials, this.retry, this.timeoutMs);
    this.endpoints = new Endpoints(credentials, (url, doing) => this.fetchDocument(url, doing));
  }

  /** @throws CloudError */
  async request<T>(request: ApiRequest, schema: z.ZodType<T>): Promise<T> {
    return parseJson(await this.send(request), schema, request.doing);
  }

  /** For answers without a body, and those whose body says nothing new. */
  async command(request: ApiRequest): Promise<void> {
    await this.send(request);
  }

  /** The project and roles that the credentials stand for. */
  async scope(signal?: AbortSignal): Promise<Pick<Token, 'project' | 'roles'>> {
    return this.identity.token(signal);
  }

  async hasService(service: ServiceName, signal?: AbortSignal): Promise<boolean> {
    return this.endpoints.has(await this.identity.token(signal), service);
  }

  async endpoint(service: ServiceName, signal?: AbortSignal): Promise<ServiceEndpoint> {
    return (await this.locate(service, signal)).endpoint;
  }

  /** A catalog that leads nowhere may have been mended meanwhile: it comes with the token, so a new one is asked for. */
  private async locate(
    service: ServiceName,
    signal: AbortSignal | undefined,
  ): Promise<{ token: Token; endpoint: ServiceEndpoint }> {
    const token = await this.identity.token(signal);
    try {
      return { token, endpoint: await this.endpoints.get(token, service, signal) };
    } catch (error) {
      if (!leadsNowhere(error)) throw error;
      this.identity.reject(token);
      if (!isCloudError(error, 'NO_SERVICE')) throw error;
      const renewed = await this.identity.token(signal);
      return { token: renewed, endpoint: await this.endpoints.get(renewed, service, signal) };
    }
  }

  close(): Promise<void> {
    return this.transport.close();
  }

  private async send(request: ApiRequest): Promise<TransportResponse> {
    const { doing, signal, method } = request;
    const repeatable = request.repeatable ?? (method === 'GET' || method === 'DELETE');
    let renewed = false;
    for (let attempt = 1; ; attempt += 1) {
      throwIfCancelled(signal, doing);
      const { token, endpoint } = await this.locate(request.service, signal);
      const url = new URL(`${endpoint.url}${request.path}`);
      for (const [name, value] of Object.entries(request.query ?? {})) url.searchParams.append(name, value);
      const last = attempt >= this.retry.attempts;
      let retryAfter: string | undefined;
      try {
        const response = await this.sendOnce(request, url, token);
        if (request.expected.includes(response.status)) return response;
        if (response.status === 401 && !renewed) {
          // It was revoked, or ended before its time: once more with a new one.
          this.identity.reject(token);
          renewed = true;
          continue;
        }
        retryAfter = response.header('retry-after');
        if (last || !mayRetry(response.status, repeatable, retryAfter)) {
          throw refusal(request, response, renewed);
        }
      } catch (error) {
        if (last || !this.mayResend(error, repeatable, attempt)) {
          if (leadsNowhere(error)) this.identity.reject(token);
          throw error;
        }
      }
      await pause(pauseBefore(this.retry, attempt, retryAfter), signal, doing);
    }
  }

  private mayResend(error: unknown, repeatable: boolean, attempt: number): error is CloudError {
    if (!isCloudError(error) || error.request?.status !== undefined) return false;
    if (error.code === 'UNREACHABLE') return mayPass(error) && (repeatable || neverConnected(error));
    // A service that hangs is given one more chance, not four.
    return error.code === 'TIMEOUT' && repeatable && attempt === 1;
  }

  private sendOnce(request: ApiRequest, url: URL, token: Token): Promise<TransportResponse> {
    const { json, stream, microversion, method, doing, signal } = request;
    const headers: Record<string, string> = { 'x-auth-token': token.id, accept: 'application/json' };
    if (microversion !== undefined) headers['openstack-api-version'] = `${request.service} ${microversion}`;
    if (json !== undefined) headers['content-type'] = request.contentType ?? 'application/json';
    if (stream) {
      headers['content-type'] = 'application/octet-stream';
      headers['content-length'] = String(stream.length);
    }
    return this.transport.send({
      url,
      method,
      headers,
      ...(json === undefined ? {} : { body: JSON.stringify(json) }),
      ...(stream ? { body: stream.open() } : { timeoutMs: request.timeoutMs ?? this.timeoutMs }),
      signal,
      doing,
    });
  }

  private fetchDocument(url: URL, doing: string): Promise<TransportResponse> {
    return sendAgain(this.retry, doing, () =>
      this.transport.send({
        url,
        method: 'GET',
        headers: { accept: 'application/json' },
        timeoutMs: this.timeoutMs,
        doing,
      }),
    );
  }
}

function leadsNowhere(error: unknown): boolean {
  return isCloudError(error, 'NO_SERVICE') || (isCloudError(error, 'UNREACHABLE') && neverConnected(error));
}

/** @param renewed whether the token was fresh from Keystone. */
function refusal(
  { service, expected, doing }: ApiRequest,
  response: TransportResponse,
  renewed: boolean,
): CloudError {
  const serviceName = SERVICES[service].title;
  const error = toCloudError({ doing, serviceName, expected, response });
  if (error.code !== 'UNAUTHORIZED' || !renewed) return error;
  return new CloudError('UNAUTHORIZED', 'cloud', error.message, {
    request: response.request,
    advice: `Keystone takes these credentials, and ${serviceName} does not take its tokens: ask the cloud’s administrator.`,
  });
}
