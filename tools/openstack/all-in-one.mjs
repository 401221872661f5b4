import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnvFile } from '../bootstrap/configuration.mjs';
import { Refusal } from '../bootstrap/refusal.mjs';
import { ROOT } from '../bootstrap/workspace.mjs';

/** Where `up` keeps its state and the files that tell how to use the cloud. */
export const CLOUD_FOLDER = process.env.OPENSTACK_AIO_DIR || '/var/lib/openstack-aio';

export const CLOUD_FILES = {
  openrc: join(CLOUD_FOLDER, 'openrc'),
  openrc2: join(CLOUD_FOLDER, 'openrc2'),
  adminrc: join(CLOUD_FOLDER, 'adminrc'),
  clouds: join(CLOUD_FOLDER, 'clouds.yaml'),
};

/**
 * Brings the all-in-one OpenStack up; does nothing when it is up.
 *
 * @param {{ virt?: 'qemu' | 'kvm' | 'fake' }} [options] what stands behind its servers, if not what the environment says; a
 *   cloud that is up changes to it within seconds, and must have no servers then
 * @throws Refusal when we are not root, or when a service does not come up
 */
export async function startCloud({ virt } = {}) {
  await runScript('up', [], virt === undefined ? {} : { OPENSTACK_AIO_VIRT: virt });
}

/** Whether somebody has brought it up before: its files outlive it, its Keystone does not. */
export async function isCloudUp() {
  if (!existsSync(CLOUD_FILES.openrc)) return false;
  const { OS_AUTH_URL: url } = readCloudEnvironment(CLOUD_FILES.openrc);
  return fetch(url, { signal: AbortSignal.timeout(5000) }).then(
    ({ ok }) => ok,
    () => false,
  );
}

/** @param {{ purge?: boolean }} [options] `purge`: the state goes too */
export async function stopCloud({ purge = false } = {}) {
  await runScript('down', purge ? ['--purge'] : []);
}

/**
 * Variables of one of the environment files that `up` writes.
 *
 * @param {string} path
 * @returns {Record<string, string>}
 */
export function readCloudEnvironment(path) {
  // Some lines export several variables.
  const text = readFileSync(path, 'utf8').replace(/^export /gm, '');
  return parseEnvFile(text.split(/\s+/).join('\n'));
}

/** What the scripts say goes to stderr, as it comes; their stdout, passwords among it, goes nowhere. */
async function runScript(name, args, environment = {}) {
  if (process.getuid?.() !== 0) {
    throw new Refusal(
      `The all-in-one OpenStack starts system services and makes network interfaces, for which it needs root: sudo npm run cloud:${name}`,
    );
  }
  const child = spawn(join(ROOT, 'tools/openstack', name), args, {
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const status = await new Promise((settle, fail) => {
    child.once('error', fail);
    child.once('close', (code, signal) => settle(code ?? signal));
  });
  if (status !== 0) {
    throw new Refusal(`tools/openstack/${name} failed (${status}); logs are in ${join(CLOUD_FOLDER, 'log')}`);
  }
}
