import { CloudError } from '@image-manager/cloud';
import { z } from 'zod';
import { readMessage, toCloudError } from './api-error.js';
import type { Authentication, OpenStackCredentials, Reference } from './credentials.js';
import { parseJson } from './parse-json.js';
import type { RetryPolicy } from './retry.js';
import { sendAgain } from './send-again.js';
import type { Transport, TransportResponse } from './transport.js';
import { unlessCancelled } from './unless-cancelled.js';

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
  /** Keystone said no to these credentials, and would say so again. */
  private refused: { error: CloudError; until: number } | undefined;

  constructor(
    private readonly transport: Transport,
    private readonly credentials: OpenStackCredentials,
    private readonly retry: RetryPolicy,
    private readonly timeoutMs: number,
  ) {}

  /** @throws CloudError UNAUTHORIZED, UNREACHABLE, …; CANCELLED when the signal fires, although others go on waiting. */
  async token(signal: AbortSignal | undefined): Promise<Token> {
    if (this.current && this.current.expiresAt - Date.now() > MARGIN_MS) return this.current;
    // Asking again and again with a wrong password locks the account.
    if (this.refused && performance.now() < this.refused.until) throw this.refused.error;
    // All who need one at the same moment wait for the same request.
    this.pending ??= this.authenticate().finally(() => (this.pending = undefined));
    return unlessCancelled(this.pending, signal, 'Authenticating with Keystone');
  }

  /** A service answered 401 to this token, or its catalog leads nowhere: the next call brings a new one. */
  reject(token: Token): void {
    if (this.current === token) this.current = undefined;
  }

  private async authenticate(): Promise<Token> {
    const url = new URL(`${withVersion(this.credentials.authUrl)}/auth/tokens`);
    const doing = 'Authenticating with Keystone';
    const response = await sendAgain(this.retry, doing, () =>
      this.transport.send({
        url,
        method: 'POST',
        headers: { 'content-type': 'application/json', accept: 'application/json' },
        body: JSON.stringify(authenticationBody(this.credentials.authentication)),
        timeoutMs: this.timeoutMs,
        doing,
        setting: this.credentials.origin.authUrl,
      }),
    );
    if (response.status !== 201) {
      const error = this.refusal(url, response);
      this.refused =
        response.status === 401
          ? { error, until: performance.now() + (this.retry.refusedMs ?? 0) }
          : undefined;
      throw error;
    }
    this.refused = undefined;
    this.current = toToken(parseJson(response, tokenSchema, doing), response.header('x-subject-token'));
    return this.current;
  }

  private refusal(url: URL, response: TransportResponse): CloudError {
    const { status, body, request } = response;
    const { origin } = this.credentials;
    const trace = request.requestId === undefined ? '' : ` (request ${request.requestId})`;
    if (status === 401) {
      return new CloudError(
        'UNAUTHORIZED',
        'user',
        `Keystone at ${url.origin} refused the credentials: ${readMessage(body)}${trace}`,
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
    return toCloudError({ doing: 'Authenticating', serviceName: 'Keystone', expected: [201], response });
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
