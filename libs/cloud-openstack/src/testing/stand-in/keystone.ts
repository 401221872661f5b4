import { randomUUID } from 'node:crypto';
import { BUILDER, timestamp, type CloudState, type StandInService } from './cloud-state.js';
import type { Exchange } from './exchange.js';
import { keystoneRefusal, Refusal } from './refusal.js';
import type { Service } from './service.js';

const UNAUTHORIZED = 'The request you have made requires authentication.';

interface Reference {
  id?: string;
  name?: string;
  domain?: Reference;
}

interface AuthDocument {
  auth?: {
    identity?: {
      methods?: string[];
      password?: { user?: Reference & { password?: string } };
      application_credential?: Reference & { secret?: string; user?: Reference };
    };
    scope?: { project?: Reference };
  };
}

/** @see https://docs.openstack.org/api-ref/identity/v3/ */
export function keystone(state: CloudState): Service {
  return {
    prefix: '/identity',
    refuse: keystoneRefusal,
    routes: [
      {
        method: 'POST',
        path: /^\/v3\/auth\/tokens$/,
        open: true,
        handle: async (exchange) => {
          const methods = authenticate((await exchange.json()) as AuthDocument);
          const id = `gAAAA${randomUUID().replaceAll('-', '')}`;
          const expiresAt = Date.now() + state.settings.tokenLifeMs;
          state.tokens.set(id, expiresAt);
          exchange.send(201, tokenDocument(state, exchange, methods, expiresAt), { 'x-subject-token': id });
        },
      },
    ],
  };
}

/** @throws Refusal 401 */
export function requireToken(state: CloudState, exchange: Exchange): void {
  const token = exchange.header('x-auth-token');
  const endsAt = token === undefined ? undefined : state.tokens.get(token);
  if (endsAt === undefined || endsAt <= Date.now()) throw new Refusal(401, UNAUTHORIZED);
}

function authenticate({ auth }: AuthDocument): string[] {
  const { methods = [], password, application_credential: credential } = auth?.identity ?? {};
  if (methods.includes('application_credential') && credential) {
    const { secret, user } = credential;
    const known =
      credential.id === BUILDER.credential.id ||
      (credential.name === BUILDER.credential.name && user !== undefined && isBuilder(user));
    if (!known || secret !== BUILDER.credential.secret) throw new Refusal(401, UNAUTHORIZED);
    return methods;
  }
  const { user } = password ?? {};
  if (!methods.includes('password') || !user) {
    throw new Refusal(400, "'identity' is a required property");
  }
  const project = auth?.scope?.project;
  if (!isBuilder(user) || user.password !== BUILDER.password || !project || !isProject(project)) {
    throw new Refusal(401, UNAUTHORIZED);
  }
  return methods;
}

function isBuilder(user: Reference): boolean {
  return user.id === BUILDER.user.id || (user.name === BUILDER.user.name && isDomain(user.domain));
}

function isProject(project: Reference): boolean {
  const { id, name } = BUILDER.project;
  return project.id === id || (project.name === name && isDomain(project.domain));
}

function isDomain(domain: Reference | undefined): boolean {
  return domain?.id === BUILDER.domain.id || domain?.name === BUILDER.domain.name;
}

const PATHS: Record<StandInService, { name: string; path: string }> = {
  image: { name: 'glance', path: '/image' },
  compute: { name: 'nova', path: '/compute/v2.1' },
  network: { name: 'neutron', path: '/networking' },
  volumev3: { name: 'cinderv3', path: `/volume/v3/${BUILDER.project.id}` },
};

function tokenDocument(
  { settings }: CloudState,
  exchange: Exchange,
  methods: string[],
  expiresAt: number,
): object {
  const { user, domain, project } = BUILDER;
  return {
    token: {
      methods,
      user: { ...user, domain, password_expires_at: null },
      audit_ids: [randomUUID().slice(0, 22)],
      expires_at: new Date(expiresAt).toISOString().replace(/Z$/, '000Z'),
      issued_at: timestamp(),
      project: { ...project, domain },
      is_domain: false,
      roles: settings.roles.map((name) => ({ id: randomUUID().replaceAll('-', ''), name })),
      catalog: settings.services.map((type) => ({
        id: randomUUID().replaceAll('-', ''),
        type,
        name: PATHS[type].name,
        endpoints: ['public', 'internal', 'admin'].map((kind) => ({
          id: randomUUID().replaceAll('-', ''),
          interface: kind,
          region: settings.region,
          region_id: settings.region,
          url: `${exchange.origin}${PATHS[type].path}`,
        })),
      })),
    },
  };
}
