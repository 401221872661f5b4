import { readFileSync } from 'node:fs';
import type { Authentication, OpenStackCredentials, Reference } from '../session/credentials.js';
import { SettingsProblem } from './settings-problem.js';

/** The variables of python-openstackclient that we read, and our own three beside them. */
export const OPENSTACK_VARIABLES = [
  'OS_CLOUD',
  'OS_CLIENT_CONFIG_FILE',
  'OS_AUTH_URL',
  'OS_AUTH_TYPE',
  'OS_USERNAME',
  'OS_USER_ID',
  'OS_USER_DOMAIN_NAME',
  'OS_USER_DOMAIN_ID',
  'OS_PASSWORD',
  'OS_PROJECT_NAME',
  'OS_PROJECT_ID',
  'OS_PROJECT_DOMAIN_NAME',
  'OS_PROJECT_DOMAIN_ID',
  'OS_APPLICATION_CREDENTIAL_ID',
  'OS_APPLICATION_CREDENTIAL_NAME',
  'OS_APPLICATION_CREDENTIAL_SECRET',
  'OS_REGION_NAME',
  'OS_INTERFACE',
  'OS_CACERT',
  'OS_INSECURE',
  'OS_FLAVOR_ID',
  'OS_NETWORK_ID',
  'OS_SSH_KEY_NAME',
  'OS_SECURITY_GROUPS',
  'OS_AVAILABILITY_ZONE',
] as const;
export type OpenStackEnvironment = Partial<Record<(typeof OPENSTACK_VARIABLES)[number], string>>;

/** @throws SettingsProblem naming the variables that are missing or wrong; values are never repeated. */
export function credentialsFromEnvironment(environment: OpenStackEnvironment): OpenStackCredentials {
  const authUrl = environment.OS_AUTH_URL;
  if (authUrl === undefined) throw new SettingsProblem('OS_AUTH_URL is not set');
  checkUrl(authUrl, 'OS_AUTH_URL');
  const { authentication, login } = authenticationOf(environment);
  return {
    authUrl,
    authentication,
    ...(environment.OS_REGION_NAME === undefined ? {} : { region: environment.OS_REGION_NAME }),
    interface: readInterface(environment.OS_INTERFACE, 'OS_INTERFACE'),
    ...readCertificates(environment.OS_CACERT, 'OS_CACERT'),
    insecure: readFlag(environment.OS_INSECURE, 'OS_INSECURE'),
    origin: {
      authUrl: 'OS_AUTH_URL',
      login,
      region: 'OS_REGION_NAME',
      interface: 'OS_INTERFACE',
      tls: 'OS_CACERT to the CA’s certificate (or OS_INSECURE=1 for a try)',
    },
  };
}

/** A URL is shown to people: no password may be in it. */
function checkUrl(value: string, setting: string): void {
  const url = URL.canParse(value) ? new URL(value) : undefined;
  if (url && /^https?:$/.test(url.protocol) && url.username === '' && url.password === '') return;
  throw new SettingsProblem(`${setting} must be an http:// or https:// URL without a user in it`);
}

const AUTH_TYPES = ['password', 'v3password', 'v3applicationcredential'];

function authenticationOf(environment: OpenStackEnvironment): {
  authentication: Authentication;
  login: string;
} {
  const { OS_AUTH_TYPE: type } = environment;
  if (type !== undefined && !AUTH_TYPES.includes(type)) {
    throw new SettingsProblem(`OS_AUTH_TYPE must be one of ${AUTH_TYPES.join(', ')}`);
  }
  const isCredential =
    type === 'v3applicationcredential' ||
    environment.OS_APPLICATION_CREDENTIAL_ID !== undefined ||
    environment.OS_APPLICATION_CREDENTIAL_NAME !== undefined;
  const user = reference(environment.OS_USER_ID, environment.OS_USERNAME);
  const userDomain = reference(environment.OS_USER_DOMAIN_ID, environment.OS_USER_DOMAIN_NAME);
  if (isCredential) {
    const credential = reference(
      environment.OS_APPLICATION_CREDENTIAL_ID,
      environment.OS_APPLICATION_CREDENTIAL_NAME,
    );
    const secret = environment.OS_APPLICATION_CREDENTIAL_SECRET;
    if (!credential) {
      throw new SettingsProblem('OS_APPLICATION_CREDENTIAL_ID or OS_APPLICATION_CREDENTIAL_NAME is not set');
    }
    if (secret === undefined) throw new SettingsProblem('OS_APPLICATION_CREDENTIAL_SECRET is not set');
    if ('name' in credential && !user) {
      throw new SettingsProblem(
        'OS_USERNAME or OS_USER_ID is not set, which an application credential by name needs',
      );
    }
    return {
      authentication: {
        method: 'application-credential',
        credential,
        secret,
        ...(user ? { user } : {}),
        ...(userDomain ? { userDomain } : {}),
      },
      login:
        'id' in credential
          ? 'OS_APPLICATION_CREDENTIAL_ID, OS_APPLICATION_CREDENTIAL_SECRET'
          : 'OS_APPLICATION_CREDENTIAL_NAME, OS_APPLICATION_CREDENTIAL_SECRET, OS_USERNAME, OS_USER_DOMAIN_NAME',
    };
  }
  const project = reference(environment.OS_PROJECT_ID, environment.OS_PROJECT_NAME);
  const projectDomain = reference(environment.OS_PROJECT_DOMAIN_ID, environment.OS_PROJECT_DOMAIN_NAME);
  const password = environment.OS_PASSWORD;
  if (!user) throw new SettingsProblem('OS_USERNAME or OS_USER_ID is not set');
  if (password === undefined) throw new SettingsProblem('OS_PASSWORD is not set');
  if (!project) throw new SettingsProblem('OS_PROJECT_NAME or OS_PROJECT_ID is not set');
  const names = [
    'id' in user ? 'OS_USER_ID' : 'OS_USERNAME, OS_USER_DOMAIN_NAME',
    'OS_PASSWORD',
    'id' in project ? 'OS_PROJECT_ID' : 'OS_PROJECT_NAME, OS_PROJECT_DOMAIN_NAME',
  ];
  return {
    authentication: {
      method: 'password',
      user,
      ...(userDomain ? { userDomain } : {}),
      password,
      project,
      ...(projectDomain ? { projectDomain } : {}),
    },
    login: names.join(', '),
  };
}

export function reference(id: string | undefined, name: string | undefined): Reference | undefined {
  if (id !== undefined) return { id };
  return name === undefined ? undefined : { name };
}

export function readInterface(value: string | undefined, setting: string): OpenStackCredentials['interface'] {
  // python-openstackclient takes `publicURL` too.
  const name = (value ?? 'public').replace(/URL$/, '');
  if (name === 'public' || name === 'internal' || name === 'admin') return name;
  throw new SettingsProblem(`${setting} must be public, internal or admin`);
}

export function readCertificates(path: string | undefined, setting: string): { ca?: string } {
  if (path === undefined) return {};
  try {
    return { ca: readFileSync(path, 'utf8') };
  } catch (error) {
    const { code = 'it is no path' } = error as NodeJS.ErrnoException;
    throw new SettingsProblem(`${setting} names a file that cannot be read: ${code}`);
  }
}

export function readFlag(value: string | undefined, setting: string): boolean {
  if (value === undefined || /^(0|false|no|off)$/i.test(value)) return false;
  if (/^(1|true|yes|on)$/i.test(value)) return true;
  throw new SettingsProblem(`${setting} must be true or false`);
}
