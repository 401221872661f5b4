import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFile, mkdir, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { dibArguments } from './dib-arguments.js';
import { cacheDirectory, dibEnvironment } from './dib-environment.js';
import type { DibHandle, DibRunSpec } from './dib-run.js';
import { readHostFacts } from './host-facts.js';
import { distributionKeyring } from './keyrings.js';
import { findProcess } from './process-table.js';
import { addedKeysPath, keyringPath, outcomePath, temporaryPath } from './work-files.js';

/** Compiled, wherever this module itself is run from. */
const SUPERVISOR = join(import.meta.dirname, '..', 'dist', 'supervisor.js');

/**
 * Starts disk-image-create in a session of its own. It survives this process; its output is in
 * {@link spoolPath}, how it ended in {@link readOutcome}.
 *
 * @throws Error when the host has no disk-image-create or the supervisor cannot be started; the preflight says so first.
 */
export async function startDib(given: DibRunSpec): Promise<DibHandle> {
  // The kernel tells roots, working directories, mounts and backing files by their real paths.
  const spec = { ...given, workDirectory: await realpath(given.workDirectory) };
  const host = await readHostFacts(spec.definition.release);
  if (!host.dib) throw new Error('disk-image-create is not installed');
  await prepareWorkDirectory(spec);
  const args = dibArguments(spec, host);
  const child = spawn(spec.nodePath, [SUPERVISOR, spec.workDirectory, host.dib.program, ...args], {
    cwd: spec.workDirectory,
    env: dibEnvironment(spec, host),
    detached: true,
    stdio: 'ignore',
  });
  await once(child, 'spawn');
  child.unref();
  const pid = child.pid ?? 0;
  const entry = findProcess(pid);
  if (!entry) throw new Error('the supervisor of disk-image-create ended at once');
  return { pid, startTime: entry.startTime, workDirectory: spec.workDirectory };
}

async function prepareWorkDirectory(spec: DibRunSpec): Promise<void> {
  await rm(outcomePath(spec.workDirectory), { force: true });
  await mkdir(temporaryPath(spec.workDirectory), { recursive: true, mode: 0o755 });
  await mkdir(join(cacheDirectory(spec), 'locks'), { recursive: true });
  if (spec.settings.aptKeyring) await prepareKeyrings(spec, spec.settings.aptKeyring);
}

/** The operator's keys beside the distribution's own, so that naming one archive's keyring breaks no other archive. */
async function prepareKeyrings(spec: DibRunSpec, aptKeyring: string): Promise<void> {
  const own = await readFile(distributionKeyring(spec.definition.family)).catch(() => Buffer.alloc(0));
  const added = await readFile(aptKeyring);
  await writeFile(keyringPath(spec.workDirectory), Buffer.concat([own, added]), { mode: 0o644 });
  await mkdir(addedKeysPath(spec.workDirectory), { recursive: true });
  // The name is what the hygiene step of cloud-init-custom removes from the image.
  await copyFile(aptKeyring, join(addedKeysPath(spec.workDirectory), 'image-manager-build.gpg'));
}
