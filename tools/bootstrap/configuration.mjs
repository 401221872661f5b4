import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Refusal } from './refusal.mjs';
import { ROOT, fromRoot } from './workspace.mjs';

const EXAMPLE = join(ROOT, 'config.env.example');
const FILE = join(ROOT, 'config.env');

/**
 * What these commands need to know of the configuration; the API reads and validates the whole.
 *
 * @typedef {object} Configuration
 * @property {{ host: string, port: number }} http
 * @property {{ host: string, port: number }} grpc
 * @property {string} url of the HTTP server, as this machine reaches it
 * @property {string} username
 * @property {string} password
 * @property {string} storagePath absolute
 */

/**
 * Makes config.env on the first start, and sees to it that there is a password. A generated one is said this once.
 *
 * @param {ReturnType<import('./progress.mjs').createProgress>} progress
 * @returns {Configuration}
 */
export function ensureConfiguration(progress) {
  if (!existsSync(FILE)) writeFileSync(FILE, readFileSync(EXAMPLE, 'utf8'), { mode: 0o600, flag: 'wx' });
  let values = effectiveValues();
  if (!values.HTTP_PASSWORD) {
    writePassword(randomBytes(15).toString('base64url'));
    values = effectiveValues();
    progress.say(
      `Wrote config.env. User ${values.HTTP_USERNAME || 'admin'}, password ${values.HTTP_PASSWORD} (shown this once)`,
    );
  }
  return readConfiguration(values);
}

/** Of an installation that was started before; makes nothing. @returns absolute */
export function configuredStoragePath() {
  return storagePathOf(effectiveValues());
}

function storagePathOf(values) {
  return fromRoot(values.STORAGE_PATH || './var');
}

function readConfiguration(values) {
  const http = parseAddress('HTTP_ADDRESS', values.HTTP_ADDRESS || '127.0.0.1:8080');
  return {
    http,
    grpc: parseAddress('GRPC_ADDRESS', values.GRPC_ADDRESS || '127.0.0.1:50051'),
    url: `http://${reachable(http.host)}:${http.port}`,
    username: values.HTTP_USERNAME || 'admin',
    password: values.HTTP_PASSWORD,
    storagePath: storagePathOf(values),
  };
}

/** The environment wins over config.env. */
function effectiveValues() {
  const set = Object.entries(process.env).filter(([, value]) => value !== '');
  const file = existsSync(FILE) ? parseEnvFile(readFileSync(FILE, 'utf8')) : {};
  return { ...file, ...Object.fromEntries(set) };
}

function writePassword(password) {
  const text = readFileSync(FILE, 'utf8');
  const line = `HTTP_PASSWORD=${password}`;
  const changed = /^HTTP_PASSWORD=.*$/m.test(text)
    ? text.replace(/^HTTP_PASSWORD=.*$/m, line)
    : `${text.trimEnd()}\n${line}\n`;
  writeFileSync(FILE, changed, { mode: 0o600 });
  chmodSync(FILE, 0o600);
}

/**
 * Lines `NAME=value`; quotes around a value and ` # comments` after an unquoted one go.
 *
 * @param {string} text
 * @returns {Record<string, string>}
 */
export function parseEnvFile(text) {
  /** @type {Record<string, string>} */
  const values = {};
  for (const line of text.split(/\r?\n/)) {
    const match = /^\s*(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)\s*=\s*(.*?)\s*$/.exec(line);
    if (!match) continue;
    const quoted = /^(["'`])(.*)\1(?:\s+#.*)?$/.exec(match[2]);
    values[match[1]] = quoted ? quoted[2] : match[2].replace(/(^|\s+)#.*$/, '');
  }
  return values;
}

/** @throws Refusal naming the variable */
export function parseAddress(name, text) {
  const match = /^(?:\[([0-9a-fA-F:.]+)\]|([^:\s]+)):(\d{1,5})$/.exec(text);
  const port = Number(match?.[3]);
  if (!match || port < 1 || port > 65535) {
    throw new Refusal(`${name} must be host:port with a port from 1 to 65535, such as 127.0.0.1:8080.`);
  }
  return { host: match[1] ?? match[2], port };
}

/** A server that listens everywhere is reached on loopback. */
function reachable(host) {
  if (host === '0.0.0.0' || host === '::') return '127.0.0.1';
  return host.includes(':') ? `[${host}]` : host;
}
