import { CloudError, isCloudError } from '@image-manager/cloud';
import { z } from 'zod';
import { readMessage, toCloudError } from './api-error.js';
import type { Authentication, OpenStackCredentials, Reference } from './credentials.js';
import { parseJson } from './parse-json.js';
import { mayRetry, pauseBefore, type RetryPolicy } from './retry.js';
import { pause } from './pause.js';
import type { Transport } from './transport.js';
import { unlessCancelled } from './unless-cancelled.js';

const TIMEOUT_MS = 30_000;
/** A token this close to its end is not used any more. */
const MARGIN_MS = 60_000;

const tokenSchema = z.object({
  token: z.object({
    expires_at: z.string(),
    project: z.object({ id: z.string(), name: z.string() }).optional(),
    roles: z.array(z.object({ name: z.string() })).default([]),
    catalog: z
      .array(
        z.object({
          type: z.string(),
          endpoints: z
            .array(
              z.object({
                interface: z.string(),
                url: z.string(),
                region: z.string().nullish(),
                region_id: z.string().nullish(),
              }),
            )
            .default([]),
        }),
      )
      .default([]),
  }),
});

export interface Endpoint {
  type: string;
  interface: string;
  region: string | undefined;
  url: string;
}

export interface Token {
  id: string;
  expiresAt: number;
  project: { id: string; name: string };
  roles: string[];
  endpoints: Endpoint[];
}

/** Keystone: one token for all calls, renewed before it ends and when a service no longer takes it. */
export class Identity {
  private current: Token | undefined;
  private pending: Promise<Token> | undefined;

  constructor(
    private readonly transport: Transport,
    private readonly credentials: OpenStackCredentials,
    private readonly retry: RetryPolicy,
  ) {}

  /** @throws CloudError UNAUTHORIZED, UNREACHABLE, …; CANCELLED when the signal fires, although others go on waiting. */
  async token(signal: AbortSignal | undefined): Promise<Token> {
    if (this.current && this.current.expiresAt - Date.now() > MARGIN_MS) return this.current;
    // All who need one at the same moment wait for the same request.
    this.pending ??= this.authenticate().finally(() => (this.pending = undefined));
    return unlessCancelled(this.pending, signal, 'Authenticating');
  }

  /** A service answered 401 to this token: the next call brings a new one. */
  reject(token: Token): void {
    if (this.current === token) this.current = undefined;
  }

  private async authenticate(): Promise<Token> {
    const url = new URL(`${withVersion(this.credentials.authUrl)}/auth/tokens`);
    const doing = 'Authenticating with Keystone';
    for (let attempt = 1; ; attempt += 1) {
      const last = attempt >= this.retry.attempts;
      let retryAfter: string | undefined;
      try {
        const response = await this.transport.send({
          url,
          method: 'POST',
          headers: { 'content-type': 'application/json', accept: 'application/json' },
          body: JSON.stringify(authenticationBody(this.credentials.authentication)),
          timeoutMs: TIMEOUT_MS,
          doing,
        });
        retryAfter = response.header('retry-after');
        if (response.status === 201) {
          this.current = toToken(
            parseJson(response.body, tokenSchema, doing),
            response.header('x-subject-token'),
          );
          return this.current;
        }
        if (last || !mayRetry(response.status, true, retryAfter)) throw this.refusal(url, response);
      } catch (error) {
        if (last || !isCloudError(error, 'UNREACHABLE')) throw error;
      }
      await pause(pauseBefore(this.retry, attempt, retryAfter), undefined, doing);
    }
  }

  private refusal(
    url: URL,
    response: { status: number; body: string; header(name: string): string | undefined },
  ): CloudError {
    const { status, body } = response;
    const { origin } = this.credentials;
    const requestId = response.header('x-openstack-request-id');
    const request = {
      method: 'POST',
      path: url.pathname,
      status,
      ...(requestId === undefined ? {} : { requestId }),
    };
    const trace = requestId === undefined ? '' : ` (request ${requestId})`;
    if (status === 401) {
      return new CloudError(
        'UNAUTHORIZED',
        'user',
        `Keystone refused the credentials: ${readMessage(body)}${trace}`,
        {
          request,
          advice: `Keystone does not say which of them is wrong: check ${origin.login}.`,
        },
      );
    }
    if (status === 404 || status === 300) {
      return new CloudError(
        'NO_SERVICE',
        'user',
        `There is no Keystone v3 at ${url.origin}${url.pathname.replace(/\/auth\/tokens$/, '')}: it answered ${status}${trace}`,
        { request, advice: `Check ${origin.authUrl}.` },
      );
    }
    return toCloudError({
      doing: 'Authenticating',
      serviceName: 'Keystone',
      method: 'POST',
      path: url.pathname,
      expected: [201],
      status,
      body,
      ...(requestId === undefined ? {} : { requestId }),
    });
  }
}

function withVersion(authUrl: string): string {
  const bare = authUrl.replace(/\/+$/, '');
  return /\/v3$/.test(bare) ? bare : `${bare.replace(/\/v2\.0$/, '')}/v3`;
}

/** @see https://docs.openstack.org/api-ref/identity/v3/#authentication-and-token-management */
function authenticationBody(authentication: Authentication): unknown {
  if (authentication.method === 'application-credential') {
    const { credential, secret, user, userDomain } = authentication;
    return {
      auth: {
        identity: {
          methods: ['application_credential'],
          application_credential: {
            ...credential,
            secret,
            ...('name' in credential && user ? { user: withDomain(user, userDomain) } : {}),
          },
        },
      },
    };
  }
  const { user, userDomain, password, project, projectDomain } = authentication;
  return {
    auth: {
      identity: {
        methods: ['password'],
        password: { user: { ...withDomain(user, userDomain), password } },
      },
      scope: { project: withDomain(project, projectDomain) },
    },
  };
}

function withDomain(reference: Reference, domain: Reference | undefined): object {
  return 'id' in reference ? reference : { ...reference, domain: domain ?? { id: 'default' } };
}

function toToken({ token }: z.infer<typeof tokenSchema>, id: string | undefined): Token {
  const expiresAt = Date.parse(token.expires_at);
  if (id === undefined || Number.isNaN(expiresAt)) {
    throw new CloudError(
      'PROTOCOL',
      'cloud',
      'Keystone’s answer has no token or no time at which it expires',
    );
  }
  if (!token.project) {
    throw new CloudError('UNAUTHORIZED', 'user', 'Keystone gave a token that belongs to no project', {
      advice: 'Name the project of these credentials.',
    });
  }
  return {
    id,
    expiresAt,
    project: token.project,
    roles: token.roles.map(({ name }) => name),
    endpoints: token.catalog.flatMap(({ type, endpoints }) =>
      endpoints.map((endpoint) => ({
        type,
        interface: endpoint.interface,
        region: endpoint.region_id ?? endpoint.region ?? undefined,
        url: endpoint.url,
      })),
    ),
  };
}
