import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { parseDocument, visit } from 'yaml';
import { z } from 'zod';
import { SettingsProblem } from './settings-problem.js';

const word = z.union([z.string(), z.number()]).transform(String);

const authSchema = z.looseObject({
  auth_url: word.optional(),
  username: word.optional(),
  user_id: word.optional(),
  user_domain_name: word.optional(),
  user_domain_id: word.optional(),
  password: word.optional(),
  project_name: word.optional(),
  project_id: word.optional(),
  project_domain_name: word.optional(),
  project_domain_id: word.optional(),
  domain_name: word.optional(),
  domain_id: word.optional(),
  application_credential_id: word.optional(),
  application_credential_name: word.optional(),
  application_credential_secret: word.optional(),
});

/** What we need beside credentials, per cloud; openstacksdk leaves the block alone. */
const imageManagerSchema = z.strictObject({
  flavor: word.optional(),
  network: word.optional(),
  keypair: word.optional(),
  security_groups: z.array(word).optional(),
  availability_zone: word.optional(),
  config_drive: z.boolean().optional(),
  grpc_public_address: word.optional(),
});

const cloudSchema = z.looseObject({
  auth: authSchema.prefault({}),
  auth_type: z.string().optional(),
  profile: z.string().optional(),
  cloud: z.string().optional(),
  region_name: word.optional(),
  regions: z.array(z.unknown()).optional(),
  interface: z.string().optional(),
  endpoint_type: z.string().optional(),
  verify: z.boolean().optional(),
  cacert: z.string().optional(),
  image_manager: imageManagerSchema.prefault({}),
});
export type CloudEntry = z.infer<typeof cloudSchema>;

export interface CloudsFile {
  path: string;
  clouds: Record<string, unknown>;
}

const PLACES = (): string[] => [
  process.cwd(),
  join(process.env['XDG_CONFIG_HOME'] ?? join(homedir(), '.config'), 'openstack'),
  '/etc/openstack',
];

/**
 * The first clouds.yaml in openstacksdk's order, with secure.yaml beside it (or in the usual places) merged in.
 *
 * @see https://docs.openstack.org/openstacksdk/latest/user/config/configuration.html
 * @throws SettingsProblem when the file that OS_CLIENT_CONFIG_FILE names, or one that is there, cannot be read.
 */
export function readCloudsFile(explicit: string | undefined, places = PLACES()): CloudsFile | undefined {
  const path = explicit ?? firstOf(places, ['clouds.yaml', 'clouds.yml']);
  if (path === undefined) return undefined;
  const clouds = readClouds(path, explicit === undefined ? '' : ' (OS_CLIENT_CONFIG_FILE)');
  const securePath = firstOf([dirname(path), ...places], ['secure.yaml', 'secure.yml']);
  return { path, clouds: securePath === undefined ? clouds : merge(clouds, readClouds(securePath, '')) };
}

/** @throws SettingsProblem naming file, cloud and field. */
export function readEntry(file: CloudsFile, name: string): CloudEntry {
  const raw = file.clouds[name];
  if (raw === undefined) {
    throw new SettingsProblem(
      `OS_CLOUD names cloud ${JSON.stringify(name)}, and ${file.path} has ${Object.keys(file.clouds).join(', ') || 'none'}`,
    );
  }
  const result = cloudSchema.safeParse(raw);
  if (!result.success) {
    const [issue] = result.error.issues;
    throw new SettingsProblem(
      `${file.path}: clouds.${name}.${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'is wrong'}`,
    );
  }
  const { profile, cloud } = result.data;
  if (profile !== undefined || cloud !== undefined) {
    throw new SettingsProblem(
      `${file.path}: clouds.${name}.profile: vendor profiles are not read; write its auth_url and settings into the cloud itself`,
    );
  }
  return result.data;
}

function firstOf(folders: readonly string[], names: readonly string[]): string | undefined {
  return folders
    .flatMap((folder) => names.map((name) => join(folder, name)))
    .find((path) => existsSync(path));
}

function readClouds(path: string, because: string): Record<string, unknown> {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw new SettingsProblem(`${path}${because} cannot be read: ${(error as Error).message}`);
  }
  const document = readYaml(text);
  // The parser's message shows the line, which may hold a password.
  if (document === undefined) throw new SettingsProblem(`${path} is no YAML`);
  const result = z.object({ clouds: z.record(z.string(), z.unknown()) }).safeParse(document);
  if (!result.success) throw new SettingsProblem(`${path} has no mapping \`clouds\``);
  return result.data.clouds;
}

/** Without the parser's warnings, which show lines too; numbers as they are written: 0123 is a password. */
function readYaml(text: string): unknown {
  const document = parseDocument(text);
  if (document.errors.length > 0) return undefined;
  visit(document, {
    Scalar: (_key, node) => {
      if (typeof node.value === 'number' && node.source !== undefined) node.value = node.source;
    },
  });
  try {
    return document.toJS() as unknown;
  } catch {
    return undefined;
  }
}

/** As openstacksdk merges: mappings into one another, everything else replaced. */
function merge(base: Record<string, unknown>, over: Record<string, unknown>): Record<string, unknown> {
  const merged = new Map(Object.entries(base));
  for (const [key, value] of Object.entries(over)) {
    const before = merged.get(key);
    merged.set(key, isMapping(before) && isMapping(value) ? merge(before, value) : value);
  }
  return Object.fromEntries(merged);
}

function isMapping(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
