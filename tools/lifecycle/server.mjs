import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { checkDisk, checkPorts } from '../bootstrap/host-checks.mjs';
import { Refusal } from '../bootstrap/refusal.mjs';
import { findRunningServer } from '../bootstrap/running-server.mjs';
import { API_ARGUMENTS, PINNED_NODE, ROOT, workspaceEnvironment } from '../bootstrap/workspace.mjs';

const START_TIMEOUT_MS = 90_000;
/** The server finishes what it is at; its own stages have shorter deadlines for that. */
const STOP_TIMEOUT_MS = 60_000;

/**
 * The running server, or one started for this command alone.
 *
 * @returns {Promise<{ url: string, release(leaveNow: AbortSignal): Promise<void> }>}
 * @throws Refusal when it cannot be started
 */
export async function useServer(configuration, { progress, signal, prepare }) {
  const running = findRunningServer(configuration.storagePath);
  if (running) {
    await prepare({ programs: {}, build: false });
    progress.say(`The server at ${running.url} takes the build.`);
    return { url: running.url, release: async () => {} };
  }
  await checkPorts(configuration);
  checkDisk(configuration.storagePath);
  await prepare();
  return await startServer(configuration, signal);
}

async function startServer(configuration, signal) {
  const logFolder = join(configuration.storagePath, 'log');
  mkdirSync(logFolder, { recursive: true });
  const outputPath = join(logFolder, 'lifecycle-server.log');
  const output = openSync(outputPath, 'w', 0o600);
  const child = spawn(PINNED_NODE, API_ARGUMENTS, {
    cwd: ROOT,
    env: workspaceEnvironment(),
    stdio: ['ignore', output, output],
    // A process group of its own: Ctrl-C is for this command, which cancels the build before it stops the server.
    detached: true,
  });
  closeSync(output);
  const exited = new Promise((settle) => {
    child.once('error', settle);
    child.once('exit', settle);
  });
  const stop = (leaveNow) => stopServer(child, exited, leaveNow);
  try {
    const server = await waitUntilReady(configuration, child, outputPath, signal);
    return { url: server.url, release: stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function waitUntilReady(configuration, child, outputPath, signal) {
  const deadline = performance.now() + START_TIMEOUT_MS;
  while (performance.now() < deadline) {
    if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) {
      throw new Refusal(`The server did not start:\n${tail(outputPath)}`);
    }
    if (signal.aborted) throw new Refusal('Interrupted before the build began.', 130);
    const server = findRunningServer(configuration.storagePath);
    if (server && (await fetch(`${server.url}/api/health`).catch(() => undefined))?.ok) return server;
    await sleep(100);
  }
  throw new Refusal(`The server was not ready within ${START_TIMEOUT_MS / 1000} s:\n${tail(outputPath)}`);
}

async function stopServer(child, exited, leaveNow) {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGTERM');
  const left = leaveNow ? new Promise((settle) => onAbort(leaveNow, settle)) : new Promise(() => {});
  await Promise.race([exited, left, sleep(STOP_TIMEOUT_MS, undefined, { ref: false })]);
}

function onAbort(signal, listener) {
  if (signal.aborted) listener();
  else signal.addEventListener('abort', listener, { once: true });
}

function tail(path) {
  return readFileSync(path, 'utf8').trimEnd().split('\n').slice(-15).join('\n');
}
