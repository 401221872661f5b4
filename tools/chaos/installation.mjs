import { readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { ROOT } from '../bootstrap/workspace.mjs';
import { createSandbox } from '../e2e/sandbox.mjs';

/** What the guest stand-in, which runs on this machine, can vouch for. */
const CHECKS = ['system.os-release', 'network.manager'];

/** Seconds. */
const DEADLINES = { build: 60, upload: 30, boot: 8, test: 20, promote: 30, cleanup: 30 };

/**
 * An installation whose builds take seconds: disk-image-create is a stand-in, and servers have no system in them.
 *
 * @param {{ apiMain?: string, signal?: AbortSignal }} [options]
 */
export async function createFastInstallation(options = {}) {
  const sandbox = await createSandbox(options);
  useStandIns(sandbox);
  return sandbox;
}

/**
 * Makes the builds of an installation quick, before its server starts.
 *
 * @param {Awaited<ReturnType<typeof createSandbox>>} sandbox
 * @param {Partial<typeof DEADLINES>} [deadlines] in seconds, where others than chaos needs
 */
export function useStandIns(sandbox, deadlines = {}) {
  const standIns = join(ROOT, 'apps/api/src/testing/stand-ins/bin');
  Object.assign(sandbox.environment, {
    PATH: `${standIns}${delimiter}${sandbox.environment.PATH}`,
    // Any program will do: nobody starts it.
    AGENT_BINARY: process.execPath,
    LOCAL_FLAVOR_MEMORY_MB: '256',
    LOCAL_FLAVOR_VCPUS: '1',
    LOCAL_FLAVOR_DISK_GB: '1',
    LOG_LEVEL: 'warn',
  });
  editDefinition(sandbox, (text) =>
    text
      .replace(/^minDiskGb:.*$/m, 'minDiskGb: 1')
      .replace(/^minMemoryMb:.*$/m, 'minMemoryMb: 128')
      .replace(
        /^requiredChecks:\n(?: {2}- .*\n)+/m,
        `requiredChecks:\n${CHECKS.map((name) => `  - ${name}\n`).join('')}`,
      )
      .replace(
        /^deadlines:\n(?: {2}\w+: \d+\n)+/m,
        `deadlines:\n${Object.entries({ ...DEADLINES, ...deadlines })
          .map(([stage, seconds]) => `  ${stage}: ${seconds}\n`)
          .join('')}`,
      )
      .replace(/^retention:\n(?: {2}\w+: \d+\n)+/m, 'retention:\n  keep: 1\n  maxAgeDays: 1\n'),
  );
}

export function editDefinition(sandbox, edit) {
  const path = join(sandbox.distrosPath, 'debian-12.yaml');
  writeFileSync(path, edit(readFileSync(path, 'utf8')));
}
