import { homedir } from 'node:os';
import { dirname, resolve } from 'node:path';
import type { OpenStackCredentials } from '../session/credentials.js';
import type { CloudEntry } from './clouds-file.js';
import { credentialsFromEnvironment, readCertificates, type OpenStackEnvironment } from './environment.js';
import { SettingsProblem } from './settings-problem.js';

/** A cloud of clouds.yaml, read by the same rules as the variables, with the file's own words in messages. */
export function credentialsOfEntry(entry: CloudEntry, name: string, path: string): OpenStackCredentials {
  const { auth } = entry;
  const equivalent: OpenStackEnvironment = given({
    OS_AUTH_URL: auth.auth_url,
    OS_AUTH_TYPE: entry.auth_type,
    OS_USERNAME: auth.username,
    OS_USER_ID: auth.user_id,
    OS_USER_DOMAIN_NAME: auth.user_domain_name ?? auth.domain_name,
    OS_USER_DOMAIN_ID: auth.user_domain_id ?? auth.domain_id,
    OS_PASSWORD: auth.password,
    OS_PROJECT_NAME: auth.project_name,
    OS_PROJECT_ID: auth.project_id,
    OS_PROJECT_DOMAIN_NAME: auth.project_domain_name ?? auth.domain_name,
    OS_PROJECT_DOMAIN_ID: auth.project_domain_id ?? auth.domain_id,
    OS_APPLICATION_CREDENTIAL_ID: auth.application_credential_id,
    OS_APPLICATION_CREDENTIAL_NAME: auth.application_credential_name,
    OS_APPLICATION_CREDENTIAL_SECRET: auth.application_credential_secret,
    OS_REGION_NAME: entry.region_name ?? onlyRegion(entry, name, path),
    OS_INTERFACE: entry.interface ?? entry.endpoint_type,
  });
  const at = (field: string) => `${field} of cloud ${name} in ${path}`;
  try {
    const credentials = credentialsFromEnvironment(equivalent);
    return {
      ...credentials,
      insecure: entry.verify === false,
      ...readCertificates(
        entry.cacert === undefined ? undefined : resolve(dirname(path), withHome(entry.cacert)),
        at('cacert'),
      ),
      origin: {
        authUrl: at('auth.auth_url'),
        login: `${inFileWords(credentials.origin.login)} of cloud ${name} in ${path}`,
        region: at('region_name'),
        interface: at('interface'),
        tls: `${at('cacert')} to the CA’s certificate (or verify: false for a try)`,
      },
    };
  } catch (error) {
    if (!(error instanceof SettingsProblem)) throw error;
    throw new SettingsProblem(`${path}: cloud ${name}: ${inFileWords(error.message)}`);
  }
}

/** `~` as openstacksdk takes it. */
function withHome(path: string): string {
  return path.replace(/^~(?=\/)/, homedir());
}

function onlyRegion({ regions = [] }: CloudEntry, name: string, path: string): string | undefined {
  if (regions.length === 0) return undefined;
  const [first] = regions;
  const region = typeof first === 'object' && first !== null ? (first as { name?: unknown }).name : first;
  if (regions.length === 1 && typeof region === 'string') return region;
  throw new SettingsProblem(`${path}: clouds.${name}.regions: say which with region_name`);
}

const BESIDE_AUTH = new Set(['auth_type', 'interface', 'cacert', 'region_name']);

/** `OS_USER_DOMAIN_NAME` → `auth.user_domain_name` */
function inFileWords(text: string): string {
  return text.replace(/OS_([A-Z_]+)/g, (_, variable: string) => {
    const field = variable.toLowerCase();
    return BESIDE_AUTH.has(field) ? field : `auth.${field}`;
  });
}

function given(variables: Record<string, string | undefined>): OpenStackEnvironment {
  return Object.fromEntries(
    Object.entries(variables).filter(([, value]) => value !== undefined && value !== ''),
  );
}
